//! The picture on a book's page: WebPs and JPEGs in the widths that the pages use, made by the shop itself.

use diesel::prelude::*;

use super::BookId;
use super::slug::is_slug;
use crate::db::schema::{cover_images, covers};
use crate::db::{Conn, Timestamp, row_id};
use crate::storage::Stored;

row_id!(
    /// The row of a cover.
    CoverId
);

/// The widths in pixels that pages ask for. Covers are two wide to three high.
pub const WIDTHS: [i32; 3] = [240, 480, 960];

/// A book's cover. A new picture is a new cover with a new id, so that its address may be kept for ever.
#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = covers)]
pub struct Cover {
    /// The row.
    pub id: CoverId,
    /// The id in its address.
    pub public_id: String,
    /// Whose cover.
    pub book_id: BookId,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The picture in one width.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = cover_images)]
pub struct CoverImage {
    /// In pixels.
    pub width: i32,
    /// In pixels.
    pub height: i32,
    /// `image/webp` or `image/jpeg`.
    pub media_type: String,
    /// Its length in bytes.
    pub byte_length: i64,
    /// The name of the bytes in the store.
    pub storage_key: String,
}

impl CoverImage {
    /// A JPEG of this size, as the store keeps it.
    #[must_use]
    pub fn jpeg(width: i32, height: i32, stored: &Stored) -> Self {
        Self::new(width, height, "image/jpeg", stored)
    }

    /// A picture of this size and media type, as the store keeps it.
    #[must_use]
    pub fn new(width: i32, height: i32, media_type: &str, stored: &Stored) -> Self {
        Self {
            width,
            height,
            media_type: media_type.to_owned(),
            byte_length: i64::try_from(stored.length).unwrap_or(i64::MAX),
            storage_key: stored.key.as_str().to_owned(),
        }
    }
}

impl Cover {
    /// Gives a book its cover, in place of one that it has. Pages expect each of [`WIDTHS`].
    ///
    /// # Errors
    /// When the database fails.
    pub fn set(conn: &mut Conn, book: BookId, images: &[CoverImage], now: Timestamp) -> QueryResult<Self> {
        diesel::delete(covers::table.filter(covers::book_id.eq(book))).execute(conn)?;
        let id: CoverId = diesel::insert_into(covers::table)
            .values((
                covers::public_id.eq(crate::ids::public_id()),
                covers::book_id.eq(book),
                covers::created_at.eq(now),
            ))
            .returning(covers::id)
            .get_result(conn)?;
        for image in images {
            diesel::insert_into(cover_images::table)
                .values((
                    cover_images::cover_id.eq(id),
                    cover_images::width.eq(image.width),
                    cover_images::height.eq(image.height),
                    cover_images::media_type.eq(&image.media_type),
                    cover_images::byte_length.eq(image.byte_length),
                    cover_images::storage_key.eq(&image.storage_key),
                ))
                .execute(conn)?;
        }
        covers::table.find(id).select(Self::as_select()).first(conn)
    }
}

impl CoverImage {
    /// The picture of an address in one width, if there is one: of the media type, or as JPEG, which covers have that
    /// were made before there were others.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find(
        conn: &mut Conn,
        cover_public_id: &str,
        width: i32,
        media_type: &str,
    ) -> QueryResult<Option<Self>> {
        if !is_slug(cover_public_id) {
            return Ok(None);
        }
        cover_images::table
            .inner_join(covers::table)
            .filter(covers::public_id.eq(cover_public_id).and(cover_images::width.eq(width)))
            .filter(cover_images::media_type.eq_any([media_type, "image/jpeg"]))
            .order(cover_images::media_type.desc())
            .select(Self::as_select())
            .first(conn)
            .optional()
    }
}
