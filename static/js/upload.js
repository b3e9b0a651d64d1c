// Files for a title: dropped or chosen, several at once, each with a bar; they pause, go on, and survive a broken
// connection, a closed tab and a restarted shop by the tus protocol. Without this script the form does the same at once.
(() => {
  "use strict";

  const box = document.getElementById("files");
  if (!box || !window.tus || !tus.isSupported) return;

  const form = box.querySelector(".drop");
  const input = form.querySelector("input[type=file]");
  const list = box.querySelector(".upload-list");
  const news = box.querySelector(".upload-news");
  const pattern = document.getElementById("upload-row");
  const endpoint = new URL(box.dataset.endpoint, location.href).href;
  const largest = Number(box.dataset.largest);
  const endings = box.dataset.accept.split(",");
  const AT_ONCE = 3;
  const waiting = [];
  const running = new Set();

  form.querySelectorAll(".with-script").forEach((part) => { part.hidden = false; });
  form.querySelectorAll(".without-script").forEach((part) => { part.hidden = true; });

  const size = (bytes) => {
    for (const [unit, name] of [[1e9, "GB"], [1e6, "MB"], [1e3, "KB"]]) {
      if (bytes >= unit) return `${(bytes / unit).toFixed(bytes >= 10 * unit ? 0 : 1)} ${name}`;
    }
    return `${bytes} B`;
  };

  const duration = (seconds) => {
    if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
    if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
    return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
  };

  // The speed of the last few seconds.
  const meter = () => {
    const points = [];
    return (sent) => {
      const now = performance.now();
      points.push([now, sent]);
      while (points.length > 2 && now - points[0][0] > 5000) points.shift();
      const [[from, before]] = points;
      return now - from < 500 ? 0 : ((sent - before) * 1000) / (now - from);
    };
  };

  // What a refusal says for itself, or what its lack means.
  const sentence = (error) => {
    const answer = error.originalResponse;
    const type = answer && answer.getHeader("Content-Type");
    if (answer && type && type.startsWith("text/plain")) return answer.getBody();
    if (answer && answer.getStatus() === 401) return "You are signed out. Sign in, then choose the file again: it goes on where it was.";
    if (answer) return `The shop answered with an error (${answer.getStatus()}). Try again in a while.`;
    return "The connection is lost. Nothing that arrived is lost with it.";
  };

  const add = (file, isSample) => {
    const row = pattern.content.firstElementChild.cloneNode(true);
    const bar = row.querySelector("progress");
    const state = row.querySelector(".upload-state");
    const button = (act) => row.querySelector(`[data-act=${act}]`);
    let speed = meter();
    let upload = null;
    row.querySelector(".upload-name").textContent = file.name;
    bar.setAttribute("aria-label", file.name);
    list.append(row);

    const show = (words, can) => {
      state.textContent = words;
      for (const act of ["pause", "resume", "cancel"]) {
        const had = document.activeElement === button(act);
        button(act).hidden = !can.includes(act);
        // Whoever works by keyboard stays at the row.
        const next = had && button(act).hidden && row.querySelector("[data-act]:not([hidden])");
        if (next) next.focus();
      }
    };
    const fail = (words, can) => {
      row.classList.add("upload-bad");
      show(words, can);
      news.textContent = `${file.name}: ${words}`;
    };
    const settle = () => {
      running.delete(row);
      next();
    };
    const begin = () => {
      running.add(row);
      row.classList.remove("upload-bad");
      speed = meter();
      show("Starting …", ["pause", "cancel"]);
      upload.start();
    };
    const forget = async () => {
      const stored = await upload.findPreviousUploads();
      await Promise.all(stored.map((one) => upload.options.urlStorage.removeUpload(one.urlStorageKey)));
    };

    button("pause").addEventListener("click", async () => {
      await upload.abort();
      show(`Paused. ${state.dataset.sent || "Nothing is sent yet."}`, ["resume", "cancel"]);
      settle();
    });
    button("resume").addEventListener("click", begin);
    button("cancel").addEventListener("click", async () => {
      const started = upload.url !== null;
      try {
        await upload.abort(started);
        await forget();
      } catch {
        // What the shop could not be told of now, it forgets by itself.
      }
      row.remove();
      news.textContent = `${file.name} is cancelled.`;
      settle();
    });

    const ending = file.name.slice(file.name.lastIndexOf(".")).toLowerCase();
    if (!endings.includes(ending)) return fail("This shop does not take files of this kind.", ["cancel"]);
    if (file.size > largest) return fail(`It is too large: ${size(file.size)}. Files may have ${size(largest)}.`, ["cancel"]);
    if (file.size === 0) return fail("It is empty.", ["cancel"]);

    upload = new tus.Upload(file, {
      endpoint,
      metadata: isSample ? { filename: file.name, sample: "true" } : { filename: file.name },
      retryDelays: [300, 1000, 2000, 4000, 8000, 15000, 30000, 60000],
      removeFingerprintOnSuccess: true,
      onShouldRetry: (error) => {
        const answer = error.originalResponse;
        const status = answer ? answer.getStatus() : 0;
        const again = status === 0 || status >= 500 || [408, 409, 423, 429].includes(status);
        if (again) show(`${status ? "The shop is busy" : "The connection is lost"}. Trying again …`, ["pause", "cancel"]);
        return again;
      },
      onProgress: (sent, total) => {
        const rate = speed(sent);
        const left = rate > 0 ? ` · ${size(rate)}/s · ${duration((total - sent) / rate)} left` : "";
        bar.value = (sent / total) * 100;
        state.dataset.sent = `${size(sent)} of ${size(total)}`;
        show(sent === total ? "All is sent. The shop looks into the file …" : `${state.dataset.sent}${left}`, ["pause", "cancel"]);
      },
      onSuccess: () => {
        row.dataset.done = "true";
        bar.value = 100;
        show("Added.", []);
        news.textContent = `${file.name} is added.`;
        settle();
      },
      onError: async (error) => {
        const answer = error.originalResponse;
        const over = answer && [410, 413, 415, 422].includes(answer.getStatus());
        fail(sentence(error), over ? [] : ["resume", "cancel"]);
        if (over) await forget();
        settle();
      },
    });
    waiting.push({ begin, upload });
    show("Waiting …", []);
    return undefined;
  };

  const next = () => {
    while (running.size < AT_ONCE && waiting.length > 0) {
      const { begin, upload } = waiting.shift();
      running.add(upload);
      upload.findPreviousUploads().then((stored) => {
        running.delete(upload);
        // The newest one of this file: it goes on where it was.
        const last = stored.sort((a, b) => new Date(b.creationTime) - new Date(a.creationTime))[0];
        if (last) upload.resumeFromPreviousUpload(last);
        begin();
      });
    }
    const rows = [...list.children];
    // Everything has arrived: the page shows the files where they belong.
    if (rows.length > 0 && running.size === 0 && waiting.length === 0 && rows.every((row) => row.dataset.done)) {
      location.reload();
    }
  };

  const take = (files) => {
    const isSample = form.querySelector("input[name=sample]").checked;
    for (const file of files) add(file, isSample);
    next();
  };

  input.addEventListener("change", () => {
    take(input.files);
    input.value = "";
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const name of ["dragenter", "dragover"]) {
    form.addEventListener(name, (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      form.classList.add("drop-over");
    });
  }
  for (const name of ["dragleave", "dragend", "drop"]) {
    form.addEventListener(name, () => form.classList.remove("drop-over"));
  }
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    take(event.dataTransfer.files);
  });
  // Missing the place by a little shall not open the file in the place of the page.
  for (const name of ["dragover", "drop"]) {
    window.addEventListener(name, (event) => event.preventDefault());
  }
  window.addEventListener("online", () => {
    for (const row of list.querySelectorAll(".upload-bad")) row.querySelector("[data-act=resume]:not([hidden])")?.click();
  });
})();
