//! A page of a PDF as a picture, painted by a process of its own: a hostile page can exhaust that process's memory or
//! time, or end it, and the shop goes on.

use std::io::{Cursor, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::{PixmapSettings, RenderCache, RenderSettings};
use image::{ImageFormat, RgbaImage};
use rustix::process::{Resource, Rlimit, setrlimit};

/// The command of this program that paints.
pub const COMMAND: &str = "paint-page";
/// How long it may take, in seconds.
const SECONDS: u64 = 20;
/// The memory that it may have, in bytes.
const MEMORY: u64 = 1 << 30;
/// How wide the picture is, in pixels.
const WIDTH: f32 = 960.0;
/// The largest PDF, and the largest picture, in bytes.
const LARGEST: u64 = 40 << 20;

/// The first page of `pdf` as a PNG, painted by `program`, which is this program. Nothing when it can't be painted.
/// Blocks, for at most some twenty seconds.
#[must_use]
pub fn first_page(program: &Path, pdf: Vec<u8>) -> Option<Vec<u8>> {
    let mut child = Command::new(program)
        .arg(COMMAND)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let (mut input, output) = (child.stdin.take()?, child.stdout.take()?);
    let writer = thread::spawn(move || {
        // It may end before it has read everything.
        let _ = input.write_all(&pdf);
    });
    let reader = thread::spawn(move || {
        let mut picture = Vec::new();
        output.take(LARGEST).read_to_end(&mut picture).ok().map(|_| picture)
    });
    let end = Instant::now() + Duration::from_secs(SECONDS);
    let is_done = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status.success(),
            Ok(None) if Instant::now() < end => thread::sleep(Duration::from_millis(20)),
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                break false;
            }
        }
    };
    let _ = writer.join();
    let picture = reader.join().ok().flatten()?;
    (is_done && !picture.is_empty()).then_some(picture)
}

/// What the process does: reads a PDF from its standard input and writes its first page as a PNG to its standard output.
///
/// # Errors
/// Why there is no picture.
pub fn run() -> Result<(), String> {
    // From here on it can't take more than it may.
    for (resource, most) in [(Resource::As, MEMORY), (Resource::Cpu, SECONDS)] {
        let limit = Rlimit { current: Some(most), maximum: Some(most) };
        setrlimit(resource, limit).map_err(|error| error.to_string())?;
    }
    let mut bytes = Vec::new();
    std::io::stdin().take(LARGEST).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    let png = png(bytes)?;
    std::io::stdout().write_all(&png).map_err(|error| error.to_string())
}

fn png(bytes: Vec<u8>) -> Result<Vec<u8>, String> {
    let pdf = Pdf::new(Arc::new(bytes)).map_err(|error| format!("{error:?}"))?;
    let page = pdf.pages().first().ok_or("it has no page")?;
    let (width, height) = page.render_dimensions();
    if !(width >= 1.0 && height >= 1.0 && height / width < 8.0 && width / height < 8.0) {
        return Err("its page has no usable size".to_owned());
    }
    let scale = WIDTH / width;
    let settings = PixmapSettings {
        x_scale: scale,
        y_scale: scale,
        bg_color: hayro::vello_cpu::color::palette::css::WHITE,
    };
    let pixmap = hayro::render(
        page,
        &RenderCache::new(),
        &InterpreterSettings::default(),
        &RenderSettings::default(),
        &settings,
    );
    let (width, height) = (u32::from(pixmap.width()), u32::from(pixmap.height()));
    let pixels = pixmap.data_as_u8_slice().to_vec();
    // It is painted on white: no pixel is transparent.
    let picture = RgbaImage::from_raw(width, height, pixels).ok_or("it has fewer pixels than it should")?;
    let mut png = Vec::new();
    picture.write_to(&mut Cursor::new(&mut png), ImageFormat::Png).map_err(|error| error.to_string())?;
    Ok(png)
}
