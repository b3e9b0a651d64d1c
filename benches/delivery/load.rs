//! Sending load with the tools that others use.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::servers::run;

/// How long `wrk` runs each time, in seconds.
const SECONDS: u32 = 4;

/// One request of a load.
#[derive(Debug, Clone)]
pub struct Asked {
    pub path: String,
    /// The value of the header `Cookie`.
    pub cookie: String,
}

impl Asked {
    pub fn new(path: impl Into<String>, cookie: impl Into<String>) -> Self {
        Self { path: path.into(), cookie: cookie.into() }
    }
}

/// Where a load goes.
#[derive(Debug, Clone, Copy)]
pub struct To {
    pub address: SocketAddr,
    pub tls: bool,
}

impl From<SocketAddr> for To {
    fn from(address: SocketAddr) -> Self {
        Self { address, tls: false }
    }
}

impl To {
    fn url(self) -> String {
        format!("{}://{}", if self.tls { "https" } else { "http" }, self.address)
    }
}

/// What `wrk` counted.
#[derive(Debug, Clone, Copy)]
pub struct Counted {
    pub requests_per_second: f64,
    pub bytes: f64,
    pub bytes_per_second: f64,
    /// How long half of the answers took at most, and 99 of 100, in milliseconds.
    pub median: f64,
    pub p99: f64,
}

/// Sends `asked` in turn over `connections` connections for some seconds.
///
/// # Panics
/// When any answer is no success: a fast refusal is no speed.
pub fn wrk(to: impl Into<To>, asked: &[Asked], connections: usize) -> Counted {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("load.lua");
    std::fs::write(&script, lua(asked)).unwrap();
    let url = to.into().url();
    let output = run("wrk", |wrk| {
        wrk.args([
            "-t",
            "1",
            "-d",
            &format!("{SECONDS}s"),
            "-c",
            &connections.to_string(),
            "--timeout",
            "20s",
        ]);
        wrk.arg("-s").arg(&script).arg(format!("{url}/"));
    });
    let said = String::from_utf8_lossy(&output.stdout);
    let line =
        said.lines().find_map(|line| line.strip_prefix("COUNTED ")).unwrap_or_else(|| panic!("{said}"));
    let numbers: Vec<f64> = line.split(' ').map(|number| number.parse().unwrap()).collect();
    let [requests, bytes, duration, bad, median, p99] = numbers[..] else { panic!("{said}") };
    assert!(bad == 0.0 && requests > 0.0, "some answers were refusals:\n{said}");
    let seconds = duration / 1e6;
    Counted {
        requests_per_second: requests / seconds,
        bytes,
        bytes_per_second: bytes / seconds,
        median: median / 1e3,
        p99: p99 / 1e3,
    }
}

/// The requests as `wrk`'s own language has them, and what is to be printed at the end.
fn lua(asked: &[Asked]) -> String {
    let requests: Vec<String> =
        asked.iter().map(|asked| format!("{{ {:?}, {:?} }}", asked.path, asked.cookie)).collect();
    format!(
        "local asked = {{ {} }}\nlocal made, at = {{}}, 0\n\
         function init()\n  for number, one in ipairs(asked) do\n    \
         made[number] = wrk.format(\"GET\", one[1], {{ Host = wrk.headers[\"Host\"], Cookie = one[2] }})\n  end\nend\n\
         function request() at = at % #made + 1 return made[at] end\n\
         function done(summary, latency)\n  local errors = summary.errors\n  \
         local bad = errors.status + errors.read + errors.write + errors.timeout\n  \
         io.write(string.format(\"COUNTED %d %d %d %d %d %d\\n\", summary.requests, summary.bytes, summary.duration, \
         bad, latency:percentile(50), latency:percentile(99)))\nend\n",
        requests.join(", ")
    )
}

/// Fetches `asked` with `count` curls at once; the bytes that came, and in how many seconds.
pub fn curls(to: impl Into<To>, asked: &Asked, count: usize) -> (f64, f64) {
    let url = format!("{}{}", to.into().url(), asked.path);
    let start = Instant::now();
    let children: Vec<_> = (0..count)
        .map(|_| {
            let mut curl = Command::new("curl");
            curl.args(["-sSfk", "-o", "/dev/null", "-w", "%{size_download}", "-b", &asked.cookie, &url]);
            curl.stdout(Stdio::piped());
            curl.spawn().unwrap_or_else(|error| panic!("curl can't be started: {error}"))
        })
        .collect();
    let mut bytes = 0.0;
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "curl failed at {url}");
        bytes += String::from_utf8_lossy(&output.stdout).parse::<f64>().unwrap();
    }
    (bytes, start.elapsed().as_secs_f64())
}

/// Lets the system forget what it holds of this file in memory, so that the next reader waits for the disk.
pub fn forget(file: &Path) {
    // GNU dd has a word for it that needs no rights.
    let done = run("dd", |dd| {
        dd.arg(format!("of={}", file.display())).args(["oflag=nocache", "conv=notrunc,fdatasync", "count=0"]);
    });
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}
