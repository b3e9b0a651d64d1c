//! Sending load with the tools that others use.

use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::servers::run;

/// What `wrk` counted.
pub struct Counted {
    pub requests_per_second: f64,
    pub bytes_per_second: f64,
}

/// Asks for `paths` in turn over `connections` connections for some seconds.
///
/// # Panics
/// When any answer is no success: a fast refusal is no speed.
pub fn wrk(server: SocketAddr, paths: &[String], cookie: &str, connections: usize) -> Counted {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("load.lua");
    let quoted: Vec<String> = paths.iter().map(|path| format!("{path:?}")).collect();
    let lua = format!(
        "local paths = {{ {} }}\nlocal at = 0\nwrk.headers[\"Cookie\"] = {cookie:?}\n\
         request = function() at = at % #paths + 1 return wrk.format(\"GET\", paths[at]) end\n\
         done = function(summary)\n  local bad = summary.errors.status + summary.errors.read + summary.errors.write\n\
         io.write(string.format(\"COUNTED %d %d %d %d\\n\", summary.requests, summary.bytes, summary.duration, bad))\nend\n",
        quoted.join(", ")
    );
    std::fs::write(&script, lua).unwrap();
    let output = run("wrk", |wrk| {
        wrk.args(["-t", "1", "-d", "4s", "-c", &connections.to_string(), "-s"]).arg(&script);
        wrk.arg(format!("http://{server}/"));
    });
    let said = String::from_utf8_lossy(&output.stdout);
    let line =
        said.lines().find_map(|line| line.strip_prefix("COUNTED ")).unwrap_or_else(|| panic!("{said}"));
    let numbers: Vec<f64> = line.split(' ').map(|number| number.parse().unwrap()).collect();
    assert!(numbers[3] == 0.0 && numbers[0] > 0.0, "some answers were refusals:\n{said}");
    let seconds = numbers[2] / 1e6;
    Counted { requests_per_second: numbers[0] / seconds, bytes_per_second: numbers[1] / seconds }
}

/// Fetches the first of `paths` with `count` curls at once; in MB/s of all together.
pub fn curls(server: SocketAddr, paths: &[String], cookie: &str, count: usize) -> f64 {
    let start = Instant::now();
    let mut children: Vec<_> = (0..count)
        .map(|_| {
            let mut curl = Command::new("curl");
            curl.args(["-sSf", "-o", "/dev/null", "-w", "%{size_download}", "-b", cookie]);
            curl.arg(format!("http://{server}{}", paths[0])).stdout(Stdio::piped());
            curl.spawn().unwrap_or_else(|error| panic!("curl can't be started: {error}"))
        })
        .collect();
    let mut bytes = 0.0;
    for child in children.drain(..) {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "curl failed");
        bytes += String::from_utf8_lossy(&output.stdout).parse::<f64>().unwrap();
    }
    bytes / start.elapsed().as_secs_f64() / 1e6
}
