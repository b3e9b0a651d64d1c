//! Covers made of whatever came: a picture that somebody sent, or the one in a book's file.
//!
//! A picture from outside is decoded within bounds and never served; pages get new pictures made of its pixels, in the
//! sizes and formats that they use.

pub mod paint;

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::{FilterType, overlay, resize};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits, Rgb, RgbImage};

use crate::catalog::CoverImage;
use crate::catalog::cover::WIDTHS;
use crate::storage::{Store, StoreError};

/// The largest picture that is taken, in bytes.
pub const LARGEST: u64 = 12 << 20;
/// The longest side of a picture that is decoded, in pixels.
const LONGEST_SIDE: u32 = 12_000;
/// The most pixels that are decoded.
const MOST_PIXELS: u64 = 40_000_000;
/// The most memory that decoding may take, in bytes.
const MEMORY: u64 = 256 << 20;
/// The narrowest picture that is worth showing.
const NARROWEST: u32 = 120;

/// Why no cover can be made of a picture. Each sentence is for who sent it.
#[derive(Debug, thiserror::Error)]
pub enum CoverError {
    /// It is empty.
    #[error("Please choose a picture first.")]
    Empty,
    /// It is an SVG.
    #[error(
        "SVG files can hold programs, so they are not taken as covers. Please send a JPEG, PNG, GIF or WebP."
    )]
    Svg,
    /// It is of no known format.
    #[error("This is no picture that the shop can read. Please send a JPEG, PNG, GIF or WebP.")]
    Unknown,
    /// It is too large to be decoded.
    #[error("This picture has {0} × {1} pixels. Please send one with at most 40 million pixels.")]
    TooLarge(u32, u32),
    /// It has too many bytes.
    #[error("This picture has more than {} MB. Please send a smaller one.", LARGEST >> 20)]
    TooHeavy,
    /// It is too small to be seen.
    #[error("This picture is only {0} × {1} pixels. A cover should be at least {NARROWEST} pixels wide.")]
    TooSmall(u32, u32),
    /// It can't be decoded.
    #[error("This picture is damaged: it can't be decoded.")]
    Damaged,
    /// The pictures made of it can't be kept.
    #[error("The cover couldn't be saved.")]
    Store(#[from] StoreError),
    /// A picture can't be encoded.
    #[error("The cover couldn't be made.")]
    Encode,
}

/// Makes the pictures of a cover and puts them into the store: each of [`WIDTHS`] as WebP and as JPEG. Blocks; nothing
/// is kept when it fails but pictures that no row names.
///
/// # Errors
/// [`CoverError`].
pub fn make(store: &Store, picture: &[u8]) -> Result<Vec<CoverImage>, CoverError> {
    pictures(store, &decode(picture)?)
}

/// Puts a picture into the store in all widths and formats.
fn pictures(store: &Store, picture: &RgbImage) -> Result<Vec<CoverImage>, CoverError> {
    let mut images = Vec::new();
    let mut last = None;
    for width in WIDTHS.into_iter().rev() {
        let width = u32::try_from(width).map_err(|_| CoverError::Encode)?;
        // From the next larger one: it has the right shape already.
        let sheet = match &last {
            Some(larger) => resize(larger, width, width * 3 / 2, FilterType::CatmullRom),
            None => on_sheet(picture, width),
        };
        images.push(webp(store, &sheet)?);
        images.push(jpeg(store, &sheet)?);
        last = Some(sheet);
    }
    Ok(images)
}

/// A picture as JPEG in the store.
fn jpeg(store: &Store, sheet: &RgbImage) -> Result<CoverImage, CoverError> {
    let mut bytes = Vec::new();
    sheet
        .write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, 86))
        .map_err(|_| CoverError::Encode)?;
    let stored = store.put(bytes.as_slice(), "jpg")?;
    Ok(CoverImage::new(side(sheet.width())?, side(sheet.height())?, "image/jpeg", &stored))
}

/// A picture as WebP in the store: half the bytes of a JPEG of the same look.
///
/// # Errors
/// [`CoverError::Store`] or [`CoverError::Encode`].
pub fn webp(store: &Store, sheet: &RgbImage) -> Result<CoverImage, CoverError> {
    let encoder = webp::Encoder::from_rgb(sheet.as_raw(), sheet.width(), sheet.height());
    let bytes = encoder.encode_simple(false, 82.0).map_err(|_| CoverError::Encode)?;
    let stored = store.put(&*bytes, "webp")?;
    Ok(CoverImage::new(side(sheet.width())?, side(sheet.height())?, "image/webp", &stored))
}

fn side(pixels: u32) -> Result<i32, CoverError> {
    i32::try_from(pixels).map_err(|_| CoverError::Encode)
}

/// The pixels of a picture from outside, on white.
fn decode(picture: &[u8]) -> Result<RgbImage, CoverError> {
    if picture.is_empty() {
        return Err(CoverError::Empty);
    }
    if picture.len() as u64 > LARGEST.max(16 << 20) {
        return Err(CoverError::TooHeavy);
    }
    let reader =
        || ImageReader::new(Cursor::new(picture)).with_guessed_format().map_err(|_| CoverError::Unknown);
    let format = reader()?.format();
    let known = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP];
    if !format.is_some_and(|format| known.contains(&format)) {
        let head = String::from_utf8_lossy(picture.get(..1024).unwrap_or(picture)).to_ascii_lowercase();
        return Err(if head.contains("<svg") { CoverError::Svg } else { CoverError::Unknown });
    }
    // The size is asked for before there is memory for it.
    let (width, height) = reader()?.into_dimensions().map_err(|_| CoverError::Damaged)?;
    if width.max(height) > LONGEST_SIDE || u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(CoverError::TooLarge(width, height));
    }
    if width < NARROWEST || height < NARROWEST {
        return Err(CoverError::TooSmall(width, height));
    }
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MEMORY);
    let mut reader = reader()?;
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| CoverError::Damaged)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(|_| CoverError::Damaged)?;
    image.apply_orientation(orientation);
    Ok(on_white(image))
}

/// A picture without its transparency.
fn on_white(image: DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let image = image.into_rgba8();
    RgbImage::from_fn(image.width(), image.height(), |x, y| {
        let [red, green, blue, alpha] = image.get_pixel(x, y).0;
        let mixed = |colour: u8| {
            let sum = u32::from(colour) * u32::from(alpha) + 255 * (255 - u32::from(alpha));
            u8::try_from(sum / 255).unwrap_or(u8::MAX)
        };
        Rgb([mixed(red), mixed(green), mixed(blue)])
    })
}

/// The picture on a sheet of two to three, `width` pixels wide: filled when it is nearly of that shape, and else whole,
/// on a ground of its own colour.
fn on_sheet(picture: &RgbImage, width: u32) -> RgbImage {
    let height = width * 3 / 2;
    let (own_width, own_height) = picture.dimensions();
    let ratio = f64::from(own_width) / f64::from(own_height) * 1.5;
    if (0.97..1.03).contains(&ratio) {
        return resize(picture, width, height, FilterType::Lanczos3);
    }
    let scaled = |own: u32, by: f64, most: u32| ((f64::from(own) * by).round() as u32).clamp(1, most);
    let scale = (f64::from(width) / f64::from(own_width)).min(f64::from(height) / f64::from(own_height));
    let (inner_width, inner_height) = (scaled(own_width, scale, width), scaled(own_height, scale, height));
    let inner = resize(picture, inner_width, inner_height, FilterType::Lanczos3);
    let mut sheet = RgbImage::from_pixel(width, height, edge_colour(&inner));
    overlay(&mut sheet, &inner, i64::from((width - inner_width) / 2), i64::from((height - inner_height) / 2));
    sheet
}

/// The mean colour of a picture's edge.
fn edge_colour(picture: &RgbImage) -> Rgb<u8> {
    let (width, height) = picture.dimensions();
    let (mut sums, mut count) = ([0_u64; 3], 0_u64);
    let mut take = |x: u32, y: u32| {
        for (sum, part) in sums.iter_mut().zip(picture.get_pixel(x, y).0) {
            *sum += u64::from(part);
        }
        count += 1;
    };
    for x in 0..width {
        take(x, 0);
        take(x, height - 1);
    }
    for y in 0..height {
        take(0, y);
        take(width - 1, y);
    }
    Rgb(sums.map(|sum| u8::try_from(sum / count.max(1)).unwrap_or(u8::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        let picture = RgbImage::from_pixel(width, height, Rgb([10, 120, 200]));
        picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
        bytes
    }

    /// A PNG's head that claims to be so large; its pixels never come.
    fn giant(side: u32) -> Vec<u8> {
        let mut bytes = png(1, 1);
        bytes[16..20].copy_from_slice(&side.to_be_bytes());
        bytes[20..24].copy_from_slice(&side.to_be_bytes());
        let mut crc = flate2::Crc::new();
        crc.update(&bytes[12..29]);
        bytes[29..33].copy_from_slice(&crc.sum().to_be_bytes());
        bytes
    }

    #[test]
    fn a_picture_from_outside_is_bounded_before_it_is_decoded() {
        assert!(matches!(decode(&giant(50_000)), Err(CoverError::TooLarge(50_000, 50_000))));
        assert!(matches!(decode(&giant(9_000)), Err(CoverError::TooLarge(..))));
        assert!(matches!(decode(&giant(2_000)), Err(CoverError::Damaged)));
        assert!(matches!(decode(&png(20, 30)), Err(CoverError::TooSmall(20, 30))));
        let svg = b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
        assert!(matches!(decode(svg), Err(CoverError::Svg)));
        assert!(matches!(decode(b"GIF89a"), Err(CoverError::Damaged)));
        assert!(matches!(decode(b"<html>"), Err(CoverError::Unknown)));
        assert!(matches!(decode(b""), Err(CoverError::Empty)));
    }

    #[test]
    fn a_cover_of_another_shape_stays_whole() {
        let sheet = on_sheet(&decode(&png(600, 600)).unwrap(), 240);
        assert_eq!(sheet.dimensions(), (240, 360));
        assert_eq!(on_sheet(&decode(&png(400, 600)).unwrap(), 240).dimensions(), (240, 360));
    }
}
