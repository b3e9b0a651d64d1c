//! The row of the shop's face.

use diesel::prelude::*;

use super::LegalText;
use super::logo::Logo;
use super::look::{Look, Pair};
use crate::db::Conn;
use crate::db::schema::shop_face;

/// The row's only id.
const ONLY: i64 = 1;

/// What the shop says of itself; empty where it says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = shop_face)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// The name of the sender of its mails.
    pub sender_name: String,
    /// Its address.
    pub sender_address: String,
    /// The main colour on light paper.
    pub main_light: String,
    /// The same on dark paper.
    pub main_dark: String,
    /// The second colour on light paper.
    pub accent_light: String,
    /// The same on dark paper.
    pub accent_dark: String,
}

/// The shop's face, as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Face {
    /// How often it was changed.
    pub revision: i64,
    /// What it says.
    pub row: Row,
    /// Its colours; only those that can be read.
    pub look: Look,
    /// Its logo.
    pub logo: Option<Logo>,
    /// Which legal texts there are.
    pub texts: Vec<LegalText>,
}

/// Somebody else has changed it.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// Since the form was filled.
    #[error("Somebody else has changed the shop meanwhile. Please look at it again.")]
    Meanwhile,
    /// The database.
    #[error("It couldn't be saved.")]
    Database(#[from] diesel::result::Error),
}

impl Face {
    /// How often it was changed.
    ///
    /// # Errors
    /// When the database fails.
    pub fn revision(conn: &mut Conn) -> QueryResult<i64> {
        shop_face::table.find(ONLY).select(shop_face::revision).first(conn)
    }

    /// All of it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn load(conn: &mut Conn) -> QueryResult<Self> {
        let (revision, row, (png, width, height)): (i64, Row, (Option<Vec<u8>>, i32, i32)) = shop_face::table
            .find(ONLY)
            .select((
                shop_face::revision,
                Row::as_select(),
                (shop_face::logo, shop_face::logo_width, shop_face::logo_height),
            ))
            .first(conn)?;
        let pair = |light: &str, dark: &str| Pair::parse(light, dark).ok().flatten();
        Ok(Self {
            revision,
            look: Look {
                main: pair(&row.main_light, &row.main_dark),
                accent: pair(&row.accent_light, &row.accent_dark),
            },
            row,
            logo: png.map(|png| Logo { png, width, height }),
            texts: LegalText::all(conn)?,
        })
    }

    /// Notes one more change of what `seen` showed; whoever was faster wins.
    ///
    /// # Errors
    /// When somebody else has changed it, or the database fails.
    pub fn touch(conn: &mut Conn, seen: i64) -> Result<(), ChangeError> {
        let mine = shop_face::table.find(ONLY).filter(shop_face::revision.eq(seen));
        let changed =
            diesel::update(mine).set(shop_face::revision.eq(shop_face::revision + 1)).execute(conn)?;
        if changed == 1 { Ok(()) } else { Err(ChangeError::Meanwhile) }
    }

    /// Writes what it says.
    ///
    /// # Errors
    /// When the database fails.
    pub fn write(conn: &mut Conn, row: &Row) -> QueryResult<()> {
        diesel::update(shop_face::table.find(ONLY)).set(row).execute(conn).map(drop)
    }

    /// Gives it a logo, or none.
    ///
    /// # Errors
    /// When the database fails.
    pub fn set_logo(conn: &mut Conn, logo: Option<&Logo>) -> QueryResult<()> {
        diesel::update(shop_face::table.find(ONLY))
            .set((
                shop_face::logo.eq(logo.map(|logo| logo.png.as_slice())),
                shop_face::logo_width.eq(logo.map_or(0, |logo| logo.width)),
                shop_face::logo_height.eq(logo.map_or(0, |logo| logo.height)),
            ))
            .execute(conn)
            .map(drop)
    }
}
