//! Programs that tests run. A missing one fails the test with a sentence; it never skips it.

use std::path::Path;
use std::process::Command;

/// What a program said.
pub struct Said {
    /// Whether it was content.
    pub success: bool,
    /// Its standard output and error together.
    pub text: String,
}

/// Runs `program`. `package` names what brings it, for whoever lacks it.
pub fn run(program: &str, package: &str, arguments: &[&Path]) -> Said {
    // For Java's sake: a short run is over before its optimising compiler has paid for itself.
    let output = Command::new(program)
        .args(arguments)
        .env("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        .output()
        .unwrap_or_else(|error| {
            panic!("`{program}` can't be run ({error}): install {package}, or run scripts/test, which does.")
        });
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    Said { success: output.status.success(), text: text.concat() }
}
