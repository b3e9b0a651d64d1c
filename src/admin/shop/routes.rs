//! The shop itself, as it is changed.

use rocket::fairing::AdHoc;
use rocket::form::Form;
use rocket::tokio::io::AsyncReadExt as _;
use rocket::tokio::task::spawn_blocking;
use rocket::{State, get, post, routes};

use super::change::differences;
use super::forms::{ColourForm, LogoForm, NameForm, TextForm};
use super::pages::{ShopPage, ShopTextPage};
use crate::admin::act::{Act, ActKind, Doing};
use crate::admin::guards::Desk;
use crate::catalog::markdown;
use crate::config::Settings;
use crate::db::Conn;
use crate::shop::face::ChangeError;
use crate::shop::logo::{Logo, LogoError, MOST_BYTES};
use crate::shop::texts::LONGEST;
use crate::shop::{Face, Identity, LegalText};
use crate::web::error::OrNotFound as _;
use crate::web::{self, Errors, Flash, FormAnswer, Html, Layout};

/// The shop itself.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("back office: shop", |rocket| async {
        rocket.mount("/admin/shop", routes![show, rename, paint, set_logo, text, set_text])
    })
}

type Answer = FormAnswer<ShopPage>;

type TextAnswer = FormAnswer<ShopTextPage>;

/// What the shop says of itself.
#[get("/")]
async fn show(
    _desk: Desk,
    layout: Layout,
    identity: &State<Identity>,
    settings: &State<Settings>,
) -> Html<ShopPage> {
    // The frame has just read it again.
    Html::ok(page(layout, &identity.face(), identity, settings))
}

/// Gives the shop another name or sender.
#[post("/name", data = "<form>")]
async fn rename(
    desk: Desk,
    form: Form<NameForm<'_>>,
    layout: Layout,
    identity: &State<Identity>,
    settings: &State<Settings>,
) -> web::Result<Answer> {
    let (face, text) = (identity.face(), form.text());
    let row = match text.check(&face.row) {
        Ok(row) => row,
        Err(errors) => {
            let page = page(layout, &face, identity, settings);
            return Ok(Answer::Page(Html::unprocessable(ShopPage { name: text, errors, ..page })));
        }
    };
    let detail = differences(&face.row, &row);
    let done = change(&desk, identity, form.revision, "Name and sender", detail, move |conn| {
        Face::write(conn, &row)
    });
    told(done.await, "Name and sender are saved.")
}

/// Gives the shop other colours.
#[post("/colours", data = "<form>")]
async fn paint(
    desk: Desk,
    form: Form<ColourForm<'_>>,
    layout: Layout,
    identity: &State<Identity>,
    settings: &State<Settings>,
) -> web::Result<Answer> {
    let (face, text) = (identity.face(), form.text());
    let row = match text.check(&face.row) {
        Ok(row) => row,
        Err(errors) => {
            let page = page(layout, &face, identity, settings);
            return Ok(Answer::Page(Html::unprocessable(ShopPage { colours: text, errors, ..page })));
        }
    };
    let detail = differences(&face.row, &row);
    let done = change(&desk, identity, form.revision, "Colours", detail, move |conn| Face::write(conn, &row));
    told(done.await, "The colours are saved.")
}

/// Gives the shop a logo, or takes it away.
#[post("/logo", data = "<form>")]
async fn set_logo(
    desk: Desk,
    form: Form<LogoForm<'_>>,
    layout: Layout,
    identity: &State<Identity>,
    settings: &State<Settings>,
) -> web::Result<Answer> {
    let face = identity.face();
    let size = |logo: Option<&Logo>| match logo {
        Some(logo) => format!("{} × {} pixels", logo.width, logo.height),
        None => "none".to_owned(),
    };
    let drawn = if form.remove { Ok(None) } else { draw(&form).await.map(Some) };
    let logo = match drawn {
        Ok(logo) => logo,
        Err(error) => {
            let errors = Errors::at("logo", error.to_string());
            let page = page(layout, &face, identity, settings);
            return Ok(Answer::Page(Html::unprocessable(ShopPage { errors, ..page })));
        }
    };
    let said = if logo.is_some() { "The logo is set." } else { "The logo is gone." };
    let detail = format!("{} → {}", size(face.logo.as_ref()), size(logo.as_ref()));
    let work = move |conn: &mut Conn| Face::set_logo(conn, logo.as_ref());
    told(change(&desk, identity, form.revision, "Logo", detail, work).await, said)
}

/// Reads the picture that was sent and draws it anew, off the async threads.
async fn draw(form: &LogoForm<'_>) -> Result<Logo, LogoError> {
    let file = form.logo.as_ref().ok_or(LogoError::Nothing)?;
    let mut bytes = Vec::new();
    let most = u64::try_from(MOST_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let open = file.open().await.map_err(|_| LogoError::Nothing)?;
    open.take(most).read_to_end(&mut bytes).await.map_err(|_| LogoError::Unreadable)?;
    spawn_blocking(move || Logo::draw(&bytes)).await.map_err(|_| LogoError::Unreadable)?
}

/// A legal text and its form.
#[get("/texts/<kind>")]
async fn text(
    desk: Desk,
    kind: &str,
    layout: Layout,
    identity: &State<Identity>,
) -> web::Result<Html<ShopTextPage>> {
    let text: LegalText = kind.parse().ok().or_not_found()?;
    let body =
        desk.till.db.read(move |conn| text.find(conn)).await?.map(|(body, _)| body).unwrap_or_default();
    let revision = identity.face().revision;
    Ok(Html::ok(text_page(layout, text, revision, body)))
}

/// Changes a legal text, or shows what it looks like.
#[post("/texts/<kind>", data = "<form>")]
async fn set_text(
    desk: Desk,
    kind: &str,
    form: Form<TextForm<'_>>,
    layout: Layout,
    identity: &State<Identity>,
) -> web::Result<TextAnswer> {
    let text: LegalText = kind.parse().ok().or_not_found()?;
    let body = form.body.replace("\r\n", "\n").replace('\0', "");
    let page = text_page(layout, text, form.revision, body.clone());
    if form.then == "preview" {
        let preview = Some(markdown::to_html(&body));
        return Ok(TextAnswer::Page(Html::ok(ShopTextPage { preview, ..page })));
    }
    if body.chars().count() > LONGEST {
        let errors = Errors::at("body", format!("Please shorten this to {LONGEST} characters."));
        return Ok(TextAnswer::Page(Html::unprocessable(ShopTextPage { errors, ..page })));
    }
    let before =
        desk.till.db.read(move |conn| text.find(conn)).await?.map(|(body, _)| body).unwrap_or_default();
    let detail = format!("“{before}” → “{}”", body.trim());
    let now = desk.now();
    let done =
        change(&desk, identity, form.revision, text.title(), detail, move |conn| text.set(conn, &body, now));
    Ok(TextAnswer::Told(match done.await {
        Ok(()) => Flash::success(format!("“{}” is saved.", text.title())).to("/admin/shop"),
        Err(ChangeError::Database(error)) => return Err(error.into()),
        Err(error) => Flash::error(error.to_string()).to(format!("/admin/shop/texts/{text}")),
    }))
}

fn page(layout: Layout, face: &Face, identity: &Identity, settings: &Settings) -> ShopPage {
    ShopPage::new(layout, face, identity, settings.mail.from.clone())
}

fn text_page(layout: Layout, text: LegalText, revision: i64, body: String) -> ShopTextPage {
    let (kind, title) = (text.as_str(), text.title());
    ShopTextPage { layout, revision, kind, title, body, preview: None, errors: Errors::none() }
}

fn told(done: Result<(), ChangeError>, said: &str) -> web::Result<Answer> {
    Ok(Answer::Told(match done {
        Ok(()) => Flash::success(said).to("/admin/shop"),
        Err(ChangeError::Database(error)) => return Err(error.into()),
        Err(error) => Flash::error(error.to_string()).to("/admin/shop"),
    }))
}

/// Does `work` and writes down who did it, both or neither; then this process reads the face again, and the others when
/// they look.
async fn change(
    desk: &Desk,
    identity: &Identity,
    seen: i64,
    subject: &str,
    detail: String,
    work: impl FnOnce(&mut Conn) -> diesel::QueryResult<()> + Send + 'static,
) -> Result<(), ChangeError> {
    let (admin, now, identity) = (desk.admin.clone(), desk.now(), identity.clone());
    let doing = Doing { kind: ActKind::Shop, order: None, subject: format!("The shop: {subject}"), detail };
    let done = desk.till.db.write(move |conn| {
        Face::touch(conn, seen)?;
        work(conn)?;
        let act = Act::begin(conn, &admin, &doing, now)?;
        Act::end(conn, act, "Done")?;
        Ok::<(), ChangeError>(())
    });
    done.await?;
    Ok(desk.till.db.read(move |conn| identity.refresh(conn)).await?)
}
