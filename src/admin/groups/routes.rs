//! Categories, series and contributors, as they are reached.

use rocket::fairing::AdHoc;
use rocket::form::Form;
use rocket::http::RawStr;
use rocket::{Route, get, post, routes};

use super::forms::{GroupForm, MoveForm, RemoveForm};
use super::guards::Of;
use super::pages::{GroupPage, GroupRemovePage, GroupsPage, Words};
use crate::admin::act::{Act, ActKind, Doing};
use crate::admin::guards::Desk;
use crate::catalog::Grouping;
use crate::catalog::grouping::{self, Group, GroupError};
use crate::db::Conn;
use crate::web::error::OrNotFound as _;
use crate::web::flash::FlashRedirect;
use crate::web::pagination::Pagination;
use crate::web::{self, Errors, Flash, FormAnswer, Html, Layout};

/// How many a page of the list has.
const PER_PAGE: u32 = 50;

/// How many titles are named on a page.
const TITLES: i64 = 20;

/// Categories, series and contributors.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("back office: categories, series, contributors", |rocket| async {
        let all = || -> Vec<Route> { routes![list, create, edit, change, ask, remove] };
        rocket
            .mount("/admin/categories", all())
            .mount("/admin/categories", routes![reorder])
            .mount("/admin/series", all())
            .mount("/admin/contributors", all())
    })
}

type Answer = FormAnswer<GroupPage>;

/// All of a kind.
#[get("/?<q>&<page>")]
async fn list(
    desk: Desk,
    of: Of,
    q: Option<&str>,
    page: Option<&str>,
    layout: Layout,
) -> web::Result<Html<GroupsPage>> {
    let search: String = q.unwrap_or_default().trim().chars().take(200).collect();
    let page = page.and_then(|page| page.parse().ok()).unwrap_or(1);
    let (grouping, asked) = (of.0, search.clone());
    let read = desk.till.db.read(move |conn| {
        let total = u64::try_from(grouping.count(conn, &asked)?).unwrap_or_default();
        let pager = Pagination::new(page, PER_PAGE, total);
        let groups = grouping.page(conn, &asked, pager.offset(), i64::from(PER_PAGE))?;
        diesel::QueryResult::Ok((pager, groups))
    });
    let (pager, groups) = read.await?;
    let words = Words::of(grouping);
    let query = format!("?q={}", RawStr::new(&search).percent_encode());
    Ok(Html::ok(GroupsPage {
        // The frame's own search field is for the shop.
        layout: Layout { search: String::new(), ..layout },
        is_ordered: grouping == Grouping::Category && search.is_empty(),
        address: format!("{}{query}&page=", words.address),
        words,
        search,
        groups,
        pager,
        query,
    }))
}

/// Makes one.
#[post("/", data = "<form>")]
async fn create(desk: Desk, of: Of, form: Form<GroupForm<'_>>) -> web::Result<FlashRedirect> {
    let (grouping, words) = (of.0, Words::of(of.0));
    let (name, text) = (form.name.to_owned(), form.text.to_owned());
    let made = write(&desk, grouping, move |conn| {
        let group = grouping.create(conn, &name, &text)?;
        Ok((group.clone(), group.name, "Made".to_owned()))
    });
    Ok(match made.await {
        Ok(group) => Flash::success(format!("“{}” is made.", group.name))
            .to(format!("{}/{}", words.address, group.slug)),
        Err(GroupError::Database(error)) => return Err(error.into()),
        Err(error) => Flash::error(error.to_string()).to(words.address),
    })
}

/// One, its form and its titles.
#[get("/<slug>")]
async fn edit(desk: Desk, of: Of, slug: &str, layout: Layout) -> web::Result<Html<GroupPage>> {
    let (group, titles) = found(&desk, of.0, slug).await?;
    let (name, text) = (group.name.clone(), group.text.clone());
    let words = Words::of(of.0);
    Ok(Html::ok(GroupPage { layout, words, group, titles, name, text, errors: Errors::none() }))
}

/// Gives one another name or text.
#[post("/<slug>", data = "<form>")]
async fn change(
    desk: Desk,
    of: Of,
    slug: &str,
    form: Form<GroupForm<'_>>,
    layout: Layout,
) -> web::Result<Answer> {
    let (grouping, words) = (of.0, Words::of(of.0));
    let (group, titles) = found(&desk, grouping, slug).await?;
    let (name, text, now) = (form.name.to_owned(), form.text.to_owned(), desk.now());
    let before = group.clone();
    let changed = write(&desk, grouping, move |conn| {
        let after = grouping.change(conn, &before, &name, &text, now)?;
        let mut detail = Vec::new();
        if before.name != after.name {
            detail.push(format!("Name: “{}” → “{}”", before.name, after.name));
        }
        if before.slug != after.slug {
            detail.push(format!("Address: {} → {}", before.slug, after.slug));
        }
        if before.text != after.text {
            detail.push(format!("Text: “{}” → “{}”", before.text, after.text));
        }
        Ok((after, before.name.clone(), detail.join(". ")))
    });
    Ok(match changed.await {
        Ok(group) => Answer::Told(
            Flash::success(format!("“{}” is saved.", group.name))
                .to(format!("{}/{}", words.address, group.slug)),
        ),
        Err(GroupError::Database(error)) => return Err(error.into()),
        Err(error) => {
            let (name, text) = (form.name.to_owned(), form.text.to_owned());
            let errors = Errors::at("name", error.to_string());
            Answer::Page(Html::unprocessable(GroupPage { layout, words, group, titles, name, text, errors }))
        }
    })
}

/// What would happen to the books if this one were no more.
#[get("/<slug>/remove?<into>")]
async fn ask(
    desk: Desk,
    of: Of,
    slug: &str,
    into: Option<&str>,
    layout: Layout,
) -> web::Result<Result<Html<GroupRemovePage>, FlashRedirect>> {
    let (grouping, words) = (of.0, Words::of(of.0));
    let (group, titles) = found(&desk, grouping, slug).await?;
    let typed = into.unwrap_or_default().trim().to_owned();
    let mut target = None;
    if !typed.is_empty() {
        target = desk.till.db.read(move |conn| grouping.find_named(conn, &typed)).await?;
        let problem = match &target {
            None => Some(GroupError::NoOther),
            Some(target) if target.slug == group.slug => Some(GroupError::Itself),
            Some(_) => None,
        };
        if let Some(problem) = problem {
            return Ok(Err(Flash::error(problem.to_string()).to(format!("{}/{slug}", words.address))));
        }
    }
    Ok(Ok(Html::ok(GroupRemovePage { layout, words, group, into: target, titles })))
}

/// Takes one away, or makes it a part of another.
#[post("/<slug>/remove", data = "<form>")]
async fn remove(desk: Desk, of: Of, slug: &str, form: Form<RemoveForm<'_>>) -> web::Result<FlashRedirect> {
    let (grouping, words) = (of.0, Words::of(of.0));
    let (group, _) = found(&desk, grouping, slug).await?;
    let (into, seen, now) = (form.into.to_owned(), form.titles, desk.now());
    let name = group.name.clone();
    let gone = write(&desk, grouping, move |conn| {
        let target = match into.is_empty() {
            true => None,
            false => Some(grouping.find(conn, &into)?.ok_or(GroupError::NoOther)?),
        };
        grouping.remove(conn, &group, target.as_ref(), seen, now)?;
        let detail = match &target {
            Some(target) => format!("{} titles went to “{}”", group.titles, target.name),
            None => format!("Deleted; {} titles had it", group.titles),
        };
        Ok((target, group.name, detail))
    });
    Ok(match gone.await {
        Ok(Some(target)) => Flash::success(format!("“{name}” is a part of “{}” now.", target.name))
            .to(format!("{}/{}", words.address, target.slug)),
        Ok(None) => Flash::success(format!("“{name}” is no more.")).to(words.address),
        Err(GroupError::Database(error)) => return Err(error.into()),
        Err(error) => Flash::error(error.to_string()).to(format!("{}/{slug}", words.address)),
    })
}

/// Moves a category one place up or down.
#[post("/<slug>/move", data = "<form>")]
async fn reorder(desk: Desk, of: Of, slug: &str, form: Form<MoveForm>) -> web::Result<FlashRedirect> {
    let (group, _) = found(&desk, of.0, slug).await?;
    let up = form.up;
    let name = group.name.clone();
    let moved = write(&desk, of.0, move |conn| {
        let moved = grouping::reorder(conn, &group, up)?;
        let detail = format!("Moved {}", if up { "up" } else { "down" });
        Ok((moved, group.name, detail))
    });
    Ok(match moved.await {
        Ok(true) => Flash::success(format!("“{name}” is moved.")),
        Ok(false) => Flash::info(format!("“{name}” stands at that end already.")),
        Err(GroupError::Database(error)) => return Err(error.into()),
        Err(error) => Flash::error(error.to_string()),
    }
    .to(Words::of(of.0).address))
}

async fn found(desk: &Desk, grouping: Grouping, slug: &str) -> web::Result<(Group, Vec<(String, String)>)> {
    let slug = slug.to_owned();
    let read = desk.till.db.read(move |conn| {
        let Some(group) = grouping.find(conn, &slug)? else { return Ok(None) };
        let titles = grouping.titles(conn, &group, TITLES)?;
        diesel::QueryResult::Ok(Some((group, titles)))
    });
    read.await?.or_not_found()
}

/// Does `work` and writes down who did it, both or neither. `work` answers also what it was done to, and how.
async fn write<T: Send + 'static>(
    desk: &Desk,
    grouping: Grouping,
    work: impl FnOnce(&mut Conn) -> Result<(T, String, String), GroupError> + Send + 'static,
) -> Result<T, GroupError> {
    let (admin, now) = (desk.admin.clone(), desk.now());
    let done = desk.till.db.write(move |conn| {
        let (result, name, detail) = work(conn)?;
        let subject = format!("The {} “{name}”", grouping.one());
        let act =
            Act::begin(conn, &admin, &Doing { kind: ActKind::Shelf, order: None, subject, detail }, now)?;
        Act::end(conn, act, "Done")?;
        Ok(result)
    });
    done.await
}
