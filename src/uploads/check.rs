//! What is looked at before a file belongs to a title.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use crate::delivery::media_type;

/// What was found.
#[derive(Debug, Clone)]
pub struct Look {
    /// The media type to send it with.
    pub media_type: String,
    /// Why it can't be used: sentences; none when it can.
    pub errors: Vec<String>,
}

/// Looks into the file at `path`, which was sent as `name`. Blocks on the disk.
///
/// # Errors
/// When the file can't be read.
pub fn look(path: &Path, name: &str) -> io::Result<Look> {
    let mut head = Vec::new();
    File::open(path)?.take(1024).read_to_end(&mut head)?;
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let begins = |magic: &[u8]| head.windows(magic.len()).any(|window| window == magic);
    let fits = match extension {
        "pdf" => begins(b"%PDF-"),
        "epub" | "cbz" | "zip" => head.starts_with(b"PK\x03\x04"),
        _ => true,
    };
    let mut errors = Vec::new();
    if !fits {
        errors.push(format!("The file is named .{extension}, but it isn’t one."));
    }
    Ok(Look { media_type: media_type::guess(name), errors })
}
