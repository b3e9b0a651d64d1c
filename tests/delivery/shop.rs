//! A real shop: the `bookplate` program on a data folder of its own, with a real web server in front where its backend
//! wants one, from the very text that `bookplate proxy-config` prints.

use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, UNIX_EPOCH};

use bookplate::config::{Backend, Secret, Storage, StorageKind};
use bookplate::db::Db;
use bookplate::delivery::proxy_config::WebServer;
use bookplate::storage::{StorageKey, Store};
use diesel::prelude::*;

use crate::client::{self, Reply};
use crate::servers::{self, Server};
use crate::stock::stock;

/// A backend, and where the files are that it sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// From a folder of this machine.
    Local(Backend),
    /// From a bucket.
    S3(Backend),
}

/// All ways by which the bytes come from the shop's own address.
pub const WAYS: [Way; 7] = [
    Way::Local(Backend::Builtin),
    Way::Local(Backend::Nginx),
    Way::Local(Backend::Apache),
    Way::Local(Backend::Lighttpd),
    Way::Local(Backend::Caddy),
    Way::S3(Backend::Builtin),
    Way::S3(Backend::Nginx),
];

impl Way {
    /// Who sends the bytes.
    pub fn backend(self) -> Backend {
        let (Self::Local(backend) | Self::S3(backend)) = self;
        backend
    }

    /// Whether the bytes come by one of these, from a folder.
    pub fn is_local(self, backends: &[Backend]) -> bool {
        matches!(self, Self::Local(backend) if backends.contains(&backend))
    }
}

impl From<Backend> for Way {
    fn from(backend: Backend) -> Self {
        Self::Local(backend)
    }
}

impl PartialEq<Backend> for Way {
    fn eq(&self, backend: &Backend) -> bool {
        self.is_local(&[*backend])
    }
}

/// The bucket of a shop, and the folder in it.
const BUCKET: &str = "sea-books";
const PREFIX: &str = "shop/files";

/// When the shop's files were written, 2026-01-01: a web server takes a time within the last minute for a weak validator.
pub const FILE_TIME: Duration = Duration::from_secs(1_767_225_600);

/// A file on sale.
pub struct OnSale<'a> {
    /// The id in its address.
    pub id: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// A running shop with the web server in front of it; both are gone when it is dropped.
pub struct Shop {
    /// Who sends the bytes, and from where.
    pub backend: Way,
    /// Where customers go: the web server, or the shop itself.
    pub address: SocketAddr,
    /// The program itself.
    pub app: Server,
    /// Its database.
    pub db: Db,
    /// Its store.
    pub store: Store,
    /// The settings of that.
    pub storage: Storage,
    /// What a guest's browser sends who has bought every file.
    pub cookie: String,
    front: Option<Server>,
    /// The service that has the bucket.
    pub service: Option<Server>,
    /// The environment that the program was started with.
    environment: Vec<(String, String)>,
    folder: tempfile::TempDir,
}

impl Shop {
    /// Runs `test` on a shop of each backend.
    pub fn each(files: &[OnSale<'_>], test: impl Fn(&Self)) {
        for backend in WAYS {
            test(&Self::open(backend, files, &[]));
        }
    }

    /// Opens a shop with these files, each of a book of its own at 4.99, all bought by one guest.
    pub fn open(way: impl Into<Way>, files: &[OnSale<'_>], settings: &[(&str, &str)]) -> Self {
        let mut shop = Self::alone(way, files, settings);
        let Some(server) = server_of(shop.backend.backend()) else { return shop };
        let listen = servers::free_address();
        let front = start(server, &shop.site(server, listen), listen, shop.folder.path());
        shop.address = front.address;
        shop.front = Some(front);
        shop
    }

    /// The same without a web server in front.
    pub fn alone(way: impl Into<Way>, files: &[OnSale<'_>], settings: &[(&str, &str)]) -> Self {
        let (folder, way) = (servers::open_folder(), way.into());
        let root = folder.path().join("data/store");
        servers::share_store_with_the_web_server(&root);
        let mut storage = Storage { root, ..Storage::default() };
        let service = match way {
            Way::Local(_) => None,
            Way::S3(_) => Some(bucket(&mut storage, folder.path())),
        };
        let store = Store::from_settings(&storage).unwrap();
        let db =
            Db::open(&format!("sqlite://{}/data/shop.db", folder.path().display()).parse().unwrap()).unwrap();
        db.migrate().unwrap();
        let cookie = stock(&db, &store, files);

        let app_address = servers::free_address();
        let mut environment: Vec<(String, String)> = [
            ("ROCKET_ADDRESS", app_address.ip().to_string().as_str()),
            ("ROCKET_PORT", app_address.port().to_string().as_str()),
            ("BOOKPLATE_DATABASE_URL", "sqlite://data/shop.db"),
            ("BOOKPLATE_STORAGE__ROOT", "data/store"),
            ("BOOKPLATE_DELIVERY__BACKEND", way.backend().as_str()),
            ("BOOKPLATE_BASE_URL", "http://localhost"),
            ("BOOKPLATE_PAYMENTS__ALLOW_SANDBOX", "true"),
        ]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into();
        if service.is_some() {
            let bucket = [
                ("BOOKPLATE_STORAGE__KIND", "s3"),
                ("BOOKPLATE_STORAGE__S3_ENDPOINT", &storage.s3_endpoint),
                ("BOOKPLATE_STORAGE__S3_BUCKET", BUCKET),
                ("BOOKPLATE_STORAGE__S3_PREFIX", PREFIX),
                ("BOOKPLATE_STORAGE__S3_ACCESS_KEY_ID", servers::S3_KEYS.0),
                ("BOOKPLATE_STORAGE__S3_SECRET_ACCESS_KEY", servers::S3_KEYS.1),
            ];
            environment.extend(bucket.map(|(key, value)| (key.to_owned(), value.to_owned())));
        }
        environment.extend(settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
        let command = command(folder.path(), &environment, &["serve"]);
        let app = Server::start("bookplate", command, app_address, &folder.path().join("shop.log"));
        Self {
            backend: way,
            address: app_address,
            app,
            db,
            store,
            storage,
            cookie,
            front: None,
            environment,
            service,
            folder,
        }
    }

    /// The program with the shop's settings, for another command.
    pub fn bookplate(&self, arguments: &[&str]) -> Command {
        command(self.folder.path(), &self.environment, arguments)
    }

    /// What `bookplate proxy-config` prints for `server` in front of this shop.
    pub fn site(&self, server: WebServer, listen: SocketAddr) -> String {
        let name = match server {
            WebServer::Nginx => "nginx",
            WebServer::Apache => "apache",
            WebServer::Lighttpd => "lighttpd",
            WebServer::Caddy => "caddy",
        };
        let printed =
            self.bookplate(&["proxy-config", name, "--listen", &listen.to_string()]).output().unwrap();
        assert!(printed.status.success(), "{}", String::from_utf8_lossy(&printed.stderr));
        String::from_utf8(printed.stdout).unwrap()
    }

    /// Asks for a file as the guest who bought it.
    pub fn ask(&self, method: &str, id: &str, headers: &[(&str, &str)]) -> Reply {
        let headers = [&[("Cookie", self.cookie.as_str())], headers].concat();
        client::ask(self.address, method, &format!("/download/{id}"), &headers).unwrap()
    }

    /// Asks for `target` as a stranger, with these headers.
    pub fn ask_as_a_stranger(&self, method: &str, target: &str, headers: &[(&str, &str)]) -> Reply {
        client::ask(self.address, method, target, headers).unwrap()
    }

    /// The address of a file, for a download program.
    pub fn url(&self, id: &str) -> String {
        format!("http://{}/download/{id}", self.address)
    }

    /// The folder that its files are in: its own, or that of the service that has the bucket.
    pub fn store_folder(&self) -> PathBuf {
        match self.store.local() {
            Some(local) => local.root().to_path_buf(),
            None => self.folder().canonicalize().unwrap().join("s3").join(BUCKET).join(PREFIX),
        }
    }

    /// The path of the bytes of a file in the store.
    pub fn stored_path(&self, id: &str) -> PathBuf {
        self.store_folder().join(self.key(id).as_str())
    }

    /// Makes a file in the store longer by zeros that take no room, in the books, too.
    pub fn make_longer(&self, id: &str, length: u64) {
        use bookplate::db::schema::book_files;
        let file = File::options().write(true).open(self.stored_path(id)).unwrap();
        file.set_len(length).unwrap();
        file.set_modified(UNIX_EPOCH + FILE_TIME).unwrap();
        let (id, length) = (id.to_owned(), i64::try_from(length).unwrap());
        self.db
            .write_blocking(move |conn| {
                diesel::update(book_files::table.filter(book_files::public_id.eq(id)))
                    .set(book_files::byte_length.eq(length))
                    .execute(conn)
            })
            .map_err(|error: diesel::result::Error| error)
            .unwrap();
    }

    /// The storage key of a file.
    pub fn key(&self, id: &str) -> StorageKey {
        use bookplate::db::schema::book_files;
        let id = id.to_owned();
        let key: String = self
            .db
            .read_blocking(|conn| {
                book_files::table
                    .filter(book_files::public_id.eq(id))
                    .select(book_files::storage_key)
                    .first(conn)
            })
            .map_err(|error: diesel::result::Error| error)
            .unwrap();
        key.parse().unwrap()
    }

    /// Stops the program and starts it with more settings, at the same address and on the same data.
    pub fn restart(&mut self, settings: &[(&str, &str)]) {
        let more = settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        self.environment.extend(more);
        self.app.stop();
        let command = self.bookplate(&["serve"]);
        self.app = Server::start("bookplate", command, self.app.address, &self.folder().join("shop.log"));
    }

    /// Puts one more file of the book on sale that has the file `of`.
    pub fn add_format(&self, of: &str, file: &OnSale<'_>) {
        crate::stock::add_format(&self.db, &self.store, of, file);
    }

    /// What the program prints for a command on this shop's data.
    pub fn says(&self, arguments: &[&str]) -> String {
        let output = self.bookplate(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// The processes that serve it: the program, and the web server in front.
    #[allow(dead_code, reason = "the benches use it")]
    pub fn processes(&self) -> Vec<u32> {
        std::iter::once(&self.app).chain(&self.front).map(Server::id).collect()
    }

    /// The folder of all that the shop has.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What shop and web server have said, for the message of a test that fails.
    pub fn logs(&self) -> String {
        let read = |name: &str| std::fs::read_to_string(self.folder.path().join(name)).unwrap_or_default();
        let front = self.front.as_ref().map(Server::log).unwrap_or_default();
        format!("{}\n{front}\n{}", self.app.log(), read("error.log"))
    }
}

fn command(folder: &Path, environment: &[(String, String)], arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bookplate"));
    command.current_dir(folder).args(arguments).envs(environment.iter().map(|(key, value)| (key, value)));
    command
}

/// The web server that belongs to a backend.
fn server_of(backend: Backend) -> Option<WebServer> {
    match backend {
        Backend::Builtin | Backend::Redirect => None,
        Backend::Nginx => Some(WebServer::Nginx),
        Backend::Apache => Some(WebServer::Apache),
        Backend::Lighttpd => Some(WebServer::Lighttpd),
        Backend::Caddy => Some(WebServer::Caddy),
    }
}

/// Starts a web server with this site file; its own files go into `folder`.
pub fn start(server: WebServer, site: &str, listen: SocketAddr, folder: &Path) -> Server {
    match server {
        WebServer::Nginx => servers::nginx(site, listen, folder),
        WebServer::Apache => servers::apache(site, listen, folder),
        WebServer::Lighttpd => servers::lighttpd(site, listen, folder),
        WebServer::Caddy => servers::caddy(site, listen, folder),
    }
}

/// Starts a service with an empty bucket, and notes it in the settings.
pub fn bucket(storage: &mut Storage, folder: &Path) -> Server {
    let root = folder.join("s3");
    std::fs::create_dir_all(root.join(BUCKET)).unwrap();
    let address = servers::free_address();
    storage.kind = StorageKind::S3;
    storage.s3_endpoint = format!("http://{address}");
    storage.s3_bucket = BUCKET.to_owned();
    storage.s3_prefix = PREFIX.to_owned();
    storage.s3_access_key_id = Secret::new(servers::S3_KEYS.0);
    storage.s3_secret_access_key = Secret::new(servers::S3_KEYS.1);
    servers::s3(address, &root)
}
