//! The shop's logo: a picture that somebody sent, drawn anew.

use std::io::Cursor;

use image::{GenericImageView as _, ImageFormat, ImageReader, Limits};

/// The most that is taken, in bytes.
pub const MOST_BYTES: usize = 1_000_000;

/// The most pixels on a side.
const MOST_SIDE: u32 = 4_000;

/// The size that a logo is fitted into, in pixels: the header shows it at half of this.
const ROOM: (u32, u32) = (480, 112);

/// A logo, as the shop has drawn it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    /// A PNG.
    pub png: Vec<u8>,
    /// In pixels.
    pub width: i32,
    /// In pixels.
    pub height: i32,
}

/// Why a picture is not taken. The sentences are for an admin.
#[derive(Debug, thiserror::Error)]
pub enum LogoError {
    /// Nothing was sent.
    #[error("Please choose a picture.")]
    Nothing,
    /// Too many bytes.
    #[error("The picture has more than 1 MB. A logo needs far less.")]
    TooLarge,
    /// Another kind of file. An SVG can hold scripts.
    #[error("Please choose a PNG or a JPEG. Other kinds, SVG among them, are not taken.")]
    OtherKind,
    /// Too many pixels, or damaged.
    #[error("This picture can’t be read, or has more than {MOST_SIDE} pixels on a side.")]
    Unreadable,
}

impl Logo {
    /// Reads a picture within bounds of memory and draws it anew, so that nothing of the file stays but its pixels.
    ///
    /// # Errors
    /// Why it is not taken.
    pub fn draw(bytes: &[u8]) -> Result<Self, LogoError> {
        if bytes.is_empty() {
            return Err(LogoError::Nothing);
        }
        if bytes.len() > MOST_BYTES {
            return Err(LogoError::TooLarge);
        }
        let format = image::guess_format(bytes).map_err(|_| LogoError::OtherKind)?;
        if !matches!(format, ImageFormat::Png | ImageFormat::Jpeg) {
            return Err(LogoError::OtherKind);
        }
        let mut limits = Limits::default();
        limits.max_image_width = Some(MOST_SIDE);
        limits.max_image_height = Some(MOST_SIDE);
        limits.max_alloc = Some(96 * 1024 * 1024);
        let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
        reader.limits(limits);
        let picture = reader.decode().map_err(|_| LogoError::Unreadable)?;
        let (width, height) = picture.dimensions();
        if width == 0 || height == 0 {
            return Err(LogoError::Unreadable);
        }
        let picture = match width > ROOM.0 || height > ROOM.1 {
            true => picture.resize(ROOM.0, ROOM.1, image::imageops::FilterType::Lanczos3),
            false => picture,
        };
        let (width, height) = picture.dimensions();
        let mut png = Cursor::new(Vec::new());
        let drawn = image::DynamicImage::ImageRgba8(picture.to_rgba8());
        drawn.write_to(&mut png, ImageFormat::Png).map_err(|_| LogoError::Unreadable)?;
        let side = |pixels: u32| i32::try_from(pixels).map_err(|_| LogoError::Unreadable);
        Ok(Self { png: png.into_inner(), width: side(width)?, height: side(height)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image::DynamicImage::new_rgb8(width, height).write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_logo_is_drawn_anew_and_fits() {
        let mut sent = png(1200, 300);
        sent.extend_from_slice(b"<script>alert(1)</script>");
        let logo = Logo::draw(&sent).unwrap();
        assert_eq!((logo.width, logo.height), (448, 112));
        assert!(!logo.png.windows(8).any(|bytes| bytes == b"<script>"), "only the pixels stay");
        assert_eq!(Logo::draw(&png(40, 20)).map(|logo| (logo.width, logo.height)).unwrap(), (40, 20));
    }

    #[test]
    fn what_is_no_small_picture_is_refused() {
        // A header that claims 50,000 × 50,000 pixels: the size stands in bytes 16 to 24.
        let mut huge = png(8, 8);
        huge[16..20].copy_from_slice(&50_000_u32.to_be_bytes());
        huge[20..24].copy_from_slice(&50_000_u32.to_be_bytes());
        for (bytes, sentence) in [
            (Vec::new(), "Please choose a picture."),
            (
                b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>".to_vec(),
                "Please choose a PNG or a JPEG.",
            ),
            (b"GIF89a".to_vec(), "Please choose a PNG or a JPEG."),
            (huge, "This picture can’t be read"),
            (png(8, 8)[..40].to_vec(), "This picture can’t be read"),
            (vec![0; MOST_BYTES + 1], "more than 1 MB"),
        ] {
            let error = Logo::draw(&bytes).unwrap_err().to_string();
            assert!(error.contains(sentence), "{error}");
        }
    }
}
