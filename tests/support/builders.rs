//! The nouns of a shop, made in a line each: `shop.book("Emma").price(499).file("Emma.epub", EPUB).publish()`.

use bookplate::accounts::{Account, AccountId, Role, Session, email_key};
use bookplate::catalog::{Book, BookFile, BookId, BookStatus, Edition, NewBook, NewBookFile};
use bookplate::db::schema::{access_overrides, accounts, books, line_items, order_tokens, orders};
use bookplate::ids::{Token, public_id};
use bookplate::money::{Currency, Money};
use bookplate::orders::{OrderId, OrderStatus};
use diesel::prelude::*;

use super::{Browser, TestShop};

/// Someone with an account, and the browser in which they are signed in.
pub struct Reader<'s> {
    pub account: Account,
    pub browser: Browser<'s>,
}

impl<'s> std::ops::Deref for Reader<'s> {
    type Target = Browser<'s>;

    fn deref(&self) -> &Browser<'s> {
        &self.browser
    }
}

/// A book of the test, with the files of its newest edition.
#[derive(Debug, Clone)]
pub struct TestBook {
    pub id: BookId,
    pub slug: String,
    pub public_id: String,
    pub files: Vec<BookFile>,
}

impl TestBook {
    /// The address of the download of a format.
    pub fn download(&self, format: &str) -> String {
        self.download_of(format, false)
    }

    /// The address of the download of a sample.
    pub fn sample(&self, format: &str) -> String {
        self.download_of(format, true)
    }

    fn download_of(&self, format: &str, is_sample: bool) -> String {
        let file = self.files.iter().find(|file| file.format == format && file.is_sample == is_sample);
        let file = file.unwrap_or_else(|| panic!("the book {} has no {format}", self.slug));
        format!("/download/{}", file.public_id)
    }

    pub fn page(&self) -> String {
        format!("/books/{}", self.slug)
    }
}

/// A book to be made.
pub struct BookBuilder<'s> {
    shop: &'s TestShop,
    new: NewBook,
    files: Vec<(String, Vec<u8>, bool)>,
}

impl BookBuilder<'_> {
    /// In minor units of EUR; 0 is free.
    pub fn price(mut self, minor: i64) -> Self {
        self.new.price = Money::new(minor, Currency::EUR);
        self
    }

    pub fn file(mut self, name: &str, bytes: &[u8]) -> Self {
        self.files.push((name.to_owned(), bytes.to_vec(), false));
        self
    }

    pub fn sample(mut self, name: &str, bytes: &[u8]) -> Self {
        self.files.push((name.to_owned(), bytes.to_vec(), true));
        self
    }

    /// Anything else of the book.
    pub fn but(mut self, change: impl FnOnce(&mut NewBook)) -> Self {
        change(&mut self.new);
        self
    }

    /// Puts the book on sale, with a small PDF if it has no file.
    pub fn publish(self) -> TestBook {
        self.make(true)
    }

    /// Leaves the book a draft, its edition unpublished.
    pub fn draft(self) -> TestBook {
        self.make(false)
    }

    fn make(mut self, publish: bool) -> TestBook {
        if !self.files.iter().any(|(_, _, is_sample)| !is_sample) {
            self.files.push((format!("{}.pdf", self.new.title), b"%PDF-1.7 a small book".to_vec(), false));
        }
        let now = self.shop.clock.now();
        let book = self.shop.run(move |conn| Book::create(conn, &self.new, now));
        self.shop.add_edition(&book, &self.files, publish);
        if publish {
            let id = book.id;
            self.shop.run_with(move |conn| Book::publish(conn, id, now)).unwrap();
        }
        self.shop.look_up(book.id)
    }
}

impl TestShop {
    /// Runs `work` in a write transaction.
    pub fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut bookplate::db::Conn) -> QueryResult<T> + Send + 'static,
    ) -> T {
        self.db.write_blocking(work).unwrap()
    }

    /// Runs `work` in a write transaction, with an error of its own.
    pub fn run_with<T, E>(
        &self,
        work: impl FnOnce(&mut bookplate::db::Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<diesel::result::Error> + Send + 'static,
    {
        self.db.write_blocking(work)
    }

    /// An account with a proved address `<name>@example.com`, and no password that anyone knows.
    pub fn account(&self, name: &str, role: Role) -> Account {
        let email = format!("{name}@example.com");
        let name = name.to_owned();
        let now = self.clock.now();
        self.run(move |conn| {
            diesel::insert_into(accounts::table)
                .values((
                    accounts::public_id.eq(public_id()),
                    accounts::email_key.eq(email_key(&email)),
                    accounts::email.eq(email),
                    accounts::email_confirmed_at.eq(now),
                    accounts::name.eq(name),
                    accounts::password_hash.eq("!"),
                    accounts::role.eq(role),
                    accounts::created_at.eq(now),
                    accounts::updated_at.eq(now),
                ))
                .returning(accounts::id)
                .get_result::<AccountId>(conn)
                .and_then(|id| Account::find(conn, id))
        })
        .expect("the account that was just made")
    }

    /// A browser in which `account` is signed in.
    pub fn signed_in(&self, account: &Account) -> Reader<'_> {
        let (id, now, days) = (account.id, self.clock.now(), self.settings.accounts.session_days);
        let token = self.run(move |conn| Session::begin(conn, id, "a test", days, now));
        let browser = self.browser();
        let https = self.settings.base_url.is_https();
        browser.set_cookie(bookplate::web::cookies::ShopCookie::Session.name(https), token.secret());
        Reader { account: account.clone(), browser }
    }

    pub fn customer(&self, name: &str) -> Reader<'_> {
        self.signed_in(&self.account(name, Role::Customer))
    }

    pub fn publisher(&self, name: &str) -> Reader<'_> {
        self.signed_in(&self.account(name, Role::Publisher))
    }

    pub fn admin(&self, name: &str) -> Reader<'_> {
        self.signed_in(&self.account(name, Role::Admin))
    }

    /// A book at €4.99 of a publisher of its own.
    pub fn book(&self, title: &str) -> BookBuilder<'_> {
        let publisher = self.account(&format!("publisher-{}", public_id()), Role::Publisher).id;
        self.book_of(publisher, title)
    }

    /// A book at €4.99 of `publisher`.
    pub fn book_of(&self, publisher: AccountId, title: &str) -> BookBuilder<'_> {
        BookBuilder {
            shop: self,
            new: NewBook::new(title, Money::new(499, Currency::EUR), publisher),
            files: Vec::new(),
        }
    }

    /// One more edition of a book.
    pub fn edition(&self, book: &TestBook, files: &[(&str, &[u8])], publish: bool) -> TestBook {
        let files: Vec<_> =
            files.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec(), false)).collect();
        let id = book.id;
        let row = self.run(move |conn| Book::find(conn, id)).expect("the book is there");
        self.add_edition(&row, &files, publish);
        self.look_up(id)
    }

    fn add_edition(&self, book: &Book, files: &[(String, Vec<u8>, bool)], publish: bool) {
        let (id, now) = (book.id, self.clock.now());
        let edition = self.run(move |conn| Edition::begin(conn, id, "", now)).id;
        for (name, bytes, is_sample) in files {
            let extension = name.rsplit('.').next().unwrap_or("bin");
            let stored = self.store.put(bytes.as_slice(), extension).expect("the store takes the file");
            let (name, is_sample) = (name.clone(), *is_sample);
            self.run_with(move |conn| {
                let media_type = "application/octet-stream";
                let new = NewBookFile { edition, is_sample, file_name: &name, media_type, stored: &stored };
                BookFile::add(conn, &new, now)
            })
            .expect("the file is added");
        }
        if publish {
            self.run_with(move |conn| Edition::publish(conn, edition, now))
                .expect("the edition is published");
        }
    }

    fn look_up(&self, id: BookId) -> TestBook {
        use bookplate::db::schema::{book_files, editions};
        let (book, files) = self.run(move |conn| {
            let book = Book::find(conn, id)?.expect("the book is there");
            let newest = editions::table
                .filter(editions::book_id.eq(id))
                .order(editions::number.desc())
                .select(editions::id)
                .first::<bookplate::catalog::EditionId>(conn)?;
            let files = book_files::table
                .filter(book_files::edition_id.eq(newest))
                .select(BookFile::as_select())
                .load(conn)?;
            Ok((book, files))
        });
        TestBook { id, slug: book.slug, public_id: book.public_id, files }
    }

    /// Changes a book's status, whatever it was.
    pub fn set_book_status(&self, book: &TestBook, status: BookStatus) {
        let id = book.id;
        self.run(move |conn| {
            diesel::update(books::table.find(id)).set(books::status.eq(status)).execute(conn)
        });
    }

    /// An order of `account` (or of a guest) that holds `items`, in this status, without any checkout.
    pub fn order(&self, account: Option<AccountId>, items: &[&TestBook], status: OrderStatus) -> OrderId {
        let now = self.clock.now();
        let items: Vec<BookId> = items.iter().map(|book| book.id).collect();
        self.run(move |conn| {
            let total = 499 * i64::try_from(items.len()).unwrap_or(0);
            let order: OrderId = diesel::insert_into(orders::table)
                .values((
                    orders::public_id.eq(public_id()),
                    orders::number.eq(public_id()),
                    orders::account_id.eq(account),
                    orders::email.eq("guest@example.com"),
                    orders::email_key.eq("guest@example.com"),
                    orders::currency.eq("EUR"),
                    orders::subtotal_minor.eq(total),
                    orders::total_minor.eq(total),
                    orders::status.eq(status),
                    orders::gateway.eq("sandbox"),
                    orders::livemode.eq(false),
                    orders::cart_fingerprint.eq(""),
                    orders::created_at.eq(now),
                    orders::updated_at.eq(now),
                ))
                .returning(orders::id)
                .get_result(conn)?;
            for book in items {
                diesel::insert_into(line_items::table)
                    .values((
                        line_items::order_id.eq(order),
                        line_items::book_id.eq(book),
                        line_items::title.eq("as at the sale"),
                        line_items::price_minor.eq(499),
                    ))
                    .execute(conn)?;
            }
            Ok(order)
        })
    }

    pub fn set_order_status(&self, order: OrderId, status: OrderStatus) {
        self.run(move |conn| {
            diesel::update(orders::table.find(order)).set(orders::status.eq(status)).execute(conn)
        });
    }

    /// Marks one item of an order as refunded.
    pub fn close_item(&self, order: OrderId, book: &TestBook) {
        let (book, now) = (book.id, self.clock.now());
        self.run(move |conn| {
            diesel::update(
                line_items::table.filter(line_items::order_id.eq(order).and(line_items::book_id.eq(book))),
            )
            .set((line_items::refunded_at.eq(now), line_items::refunded_minor.eq(499)))
            .execute(conn)
        });
    }

    /// A browser with the access token of a guest's order.
    pub fn bearer_of(&self, order: OrderId) -> Browser<'_> {
        let (token, now) = (Token::new(), self.clock.now());
        let hash = token.hash();
        self.run(move |conn| {
            diesel::insert_into(order_tokens::table)
                .values((
                    order_tokens::order_id.eq(order),
                    order_tokens::token_hash.eq(hash.as_str()),
                    order_tokens::created_at.eq(now),
                ))
                .execute(conn)
        });
        let browser = self.browser();
        let https = self.settings.base_url.is_https();
        browser.set_cookie(bookplate::web::cookies::ShopCookie::Orders.name(https), token.secret());
        browser
    }

    /// An admin's yes or no.
    pub fn set_override(&self, account: &Account, book: &TestBook, allowed: bool) {
        let (account, book, now) = (account.id, book.id, self.clock.now());
        self.run(move |conn| {
            diesel::insert_into(access_overrides::table)
                .values((
                    access_overrides::book_id.eq(book),
                    access_overrides::account_id.eq(account),
                    access_overrides::allowed.eq(allowed),
                    access_overrides::reason.eq("a test"),
                    access_overrides::created_at.eq(now),
                ))
                .execute(conn)
        });
    }
}
