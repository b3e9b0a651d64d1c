//! The covers: drawn as SVG by a hand-made composition for each title, then made into JPEG.
//!
//! Books of a series share a family look; the others each have a sheet of their own.

mod craft;
mod dory;
mod envelope;
mod fiction;
mod guides;
mod harbour;
mod sheet;

use std::sync::{Arc, LazyLock};

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, RgbaImage};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

use super::books::DemoBook;
use super::{DemoError, fonts};
use sheet::{HEIGHT, WIDTH};

/// The widths that covers are made in, in pixels; a cover is half as high again as it is wide.
pub const WIDTHS: [u32; 3] = [240, 480, LARGEST];
/// The width of the cover inside an EPUB, in pixels.
pub const LARGEST: u32 = 960;

/// High enough that flat colours and type keep clean edges.
const QUALITY: u8 = 88;

static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    for font in fonts::ALL {
        fonts.load_font_source(fontdb::Source::Binary(Arc::new(font)));
    }
    Arc::new(fonts)
});

/// The cover of `book` as SVG.
///
/// # Errors
/// [`DemoError::Cover`] for a book without a composition.
pub fn svg(book: &DemoBook) -> Result<String, DemoError> {
    let drawing = match book.slug.as_str() {
        "the-third-bell" => harbour::third_bell(book),
        "the-borrowed-dory" => dory::borrowed_dory(book),
        "a-lamp-for-saint-orrin" => harbour::lamp(book),
        "lighthouses-lit-and-unlit" => guides::lighthouses(book),
        "clouds-for-people-who-wait" => guides::clouds(book),
        "moss-at-walking-pace" => guides::moss(book),
        "the-salt-packet" => envelope::salt_packet(book),
        "der-garten-hinter-dem-bahnhof" => fiction::garden(book),
        "the-museum-of-almost" => fiction::museum(book),
        "four-flours" => craft::flours(book),
        "quiet-machines" => craft::machines(book),
        "the-mending-year" => craft::mending(book),
        other => return Err(DemoError::Cover(format!("nothing is drawn for {other}."))),
    };
    Ok(drawing.finish())
}

/// The cover of `book` as JPEG, `width` pixels wide.
///
/// # Errors
/// [`DemoError::Cover`] when it can't be drawn or encoded.
pub fn jpeg(book: &DemoBook, width: u32) -> Result<Vec<u8>, DemoError> {
    let failed = |problem: String| DemoError::Cover(format!("{}: {problem}", book.slug));
    let options =
        Options { font_family: "EB Garamond".to_owned(), fontdb: Arc::clone(&FONTS), ..Options::default() };
    let tree = Tree::from_str(&svg(book)?, &options).map_err(|error| failed(error.to_string()))?;
    let height = width * HEIGHT / WIDTH;
    let mut canvas = Pixmap::new(width, height).ok_or_else(|| failed("it has no size".to_owned()))?;
    let scale = width as f32 / WIDTH as f32;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut canvas.as_mut());
    // Every composition fills its sheet: there is no transparency to undo.
    let picture = RgbaImage::from_raw(width, height, canvas.take())
        .ok_or_else(|| failed("it has fewer pixels than it should".to_owned()))?;
    let mut file = Vec::new();
    DynamicImage::ImageRgba8(picture)
        .into_rgb8()
        .write_with_encoder(JpegEncoder::new_with_quality(&mut file, QUALITY))
        .map_err(|error| failed(error.to_string()))?;
    Ok(file)
}
