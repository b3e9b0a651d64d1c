//! Files that come: what they are, what is wrong with them, and what becomes of them.

mod desk;
mod epub;
mod pdf;

use std::io::Write as _;

use bookplate::inspection::{Inspection, Limits, inspect};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// What is found in a file of these bytes that is sent under `name`.
pub fn look(name: &str, bytes: &[u8]) -> Inspection {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    inspect(file.path(), name, &Limits::default()).unwrap()
}

/// Fails unless the file is refused with a sentence that holds `words`.
#[track_caller]
pub fn assert_refused(found: &Inspection, words: &str) {
    let errors: Vec<_> = found.problems.iter().filter(|problem| problem.is_error()).collect();
    assert!(
        errors.iter().any(|problem| problem.text.contains(words)),
        "{words:?} is not in {:?}",
        found.problems
    );
}

/// Fails if the file is refused.
#[track_caller]
pub fn assert_sound(found: &Inspection) {
    assert!(found.is_sound(), "{:?}", found.problems);
}

/// A zip archive of these files, the first one stored.
pub fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (at, (name, bytes)) in files.iter().enumerate() {
        let method = if at == 0 { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        zip.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A PNG of one colour.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let picture = image::RgbImage::from_pixel(width, height, image::Rgb([20, 90, 160]));
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// A PNG's head that claims a size; its pixels never come.
pub fn giant_png(side: u32) -> Vec<u8> {
    let mut bytes = png(1, 1);
    bytes[16..20].copy_from_slice(&side.to_be_bytes());
    bytes[20..24].copy_from_slice(&side.to_be_bytes());
    let mut crc = flate2::Crc::new();
    crc.update(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&crc.sum().to_be_bytes());
    bytes
}
