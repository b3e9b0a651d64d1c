//! Invoices and credit notes, for whoever may see their order; to others there are none.

use rocket::form::Form;
use rocket::{Route, State, get, post, routes};

use super::forms::DetailsForm;
use super::pages::{DetailsPage, PaperLink, PaperPage};
use super::pdf::{self, PdfError};
use super::responder::Shown;
use super::view::PaperView;
use super::{Paper, PaperKind, correct, follow};
use crate::checkout::Till;
use crate::orders::Order;
use crate::orders::billing::Details;
use crate::permission::Viewer;
use crate::web::error::OrNotFound as _;
use crate::web::flash::FlashRedirect;
use crate::web::{self, Errors, Flash, Html, Layout, Refused};

/// How many corrections a buyer can make without asking.
const MOST_CORRECTIONS: usize = 20;

/// The papers' pages, below `/orders`.
#[must_use]
pub fn routes() -> Vec<Route> {
    routes![invoice, invoice_pdf, paper, details, change_details]
}

/// The invoice, as it was corrected last.
#[get("/<id>/invoice")]
async fn invoice(id: &str, layout: Layout, viewer: Viewer, till: &State<Till>) -> web::Result<Shown> {
    show(till, viewer, id, layout, None, false).await
}

/// The same as a PDF.
#[get("/<id>/invoice.pdf")]
async fn invoice_pdf(id: &str, layout: Layout, viewer: Viewer, till: &State<Till>) -> web::Result<Shown> {
    show(till, viewer, id, layout, None, true).await
}

/// Any paper of the order by its number; as a PDF when the number ends in `.pdf`.
#[get("/<id>/papers/<number>")]
async fn paper(
    id: &str,
    number: &str,
    layout: Layout,
    viewer: Viewer,
    till: &State<Till>,
) -> web::Result<Shown> {
    match number.strip_suffix(".pdf") {
        Some(number) => show(till, viewer, id, layout, Some(number), true).await,
        None => show(till, viewer, id, layout, Some(number), false).await,
    }
}

/// The order and its papers, written now if the order is older than papers are; 404 for an order without.
async fn find(till: &Till, viewer: Viewer, id: &str) -> web::Result<(Order, Vec<Paper>)> {
    let id = id.to_owned();
    let found = till.db.read(move |conn| match Order::visible_to(conn, &viewer, &id)? {
        Some(order) => Paper::of_order(conn, order.id).map(|papers| Some((order, papers))),
        None => Ok(None),
    });
    let (order, papers) = found.await?.or_not_found()?;
    if !papers.is_empty() || order.paid_at.is_none() {
        return Ok((order, papers));
    }
    let writing = till.clone();
    let written = till.db.write(move |conn| {
        let Some(order) = Order::lock(conn, order.id)? else { return Ok(None) };
        follow(conn, &writing.rules, &order, writing.clock.now())?;
        Paper::of_order(conn, order.id).map(|papers| Some((order, papers)))
    });
    written.await?.or_not_found()
}

async fn show(
    till: &Till,
    viewer: Viewer,
    id: &str,
    layout: Layout,
    number: Option<&str>,
    as_pdf: bool,
) -> web::Result<Shown> {
    let (order, papers) = find(till, viewer, id).await?;
    let wanted = match number {
        Some(number) => papers.iter().find(|paper| paper.number == number),
        None => papers.iter().rfind(|paper| is_invoice(paper)),
    };
    let wanted = wanted.or_not_found()?;
    let says = wanted.read().map_err(web::Error::internal)?;
    let view = PaperView::new(wanted, &says);
    if !as_pdf {
        let others = papers.iter().filter(|paper| paper.id != wanted.id).map(PaperLink::from).collect();
        let is_invoice = is_invoice(wanted);
        let page = PaperPage { layout, order: order.public_id, paper: view, is_invoice, others };
        return Ok(Shown::Page(Box::new(page)));
    }
    let name = format!("{}-{}.pdf", view.title.to_lowercase().replace(' ', "-"), view.number);
    let rules = till.rules.clone();
    let drawn =
        rocket::tokio::task::spawn_blocking(move || pdf::write(&view, &rules.fonts, says.issued)).await;
    let bytes = drawn.map_err(web::Error::internal)??;
    Ok(Shown::Pdf(bytes, name))
}

fn is_invoice(paper: &Paper) -> bool {
    matches!(paper.kind, PaperKind::Invoice | PaperKind::Correction)
}

/// The form with the buyer's details.
#[get("/<id>/invoice/details")]
async fn details(
    id: &str,
    layout: Layout,
    viewer: Viewer,
    till: &State<Till>,
) -> web::Result<Html<DetailsPage>> {
    let (order, papers) = find(till, viewer, id).await?;
    papers.iter().find(|paper| is_invoice(paper)).or_not_found()?;
    let order_id = order.id;
    let known = till.db.read(move |conn| Details::of(conn, order_id)).await?.unwrap_or_default();
    let form = DetailsForm::from(&known);
    Ok(Html::ok(DetailsPage::new(layout, order.public_id, order.number, form, Errors::none())))
}

/// Takes other details, and corrects the invoice by them.
#[post("/<id>/invoice/details", data = "<form>")]
async fn change_details(
    id: &str,
    form: Form<DetailsForm>,
    layout: Layout,
    viewer: Viewer,
    till: &State<Till>,
) -> Result<FlashRedirect, Refused<DetailsPage>> {
    let (order, papers) = find(till, viewer, id).await?;
    papers.iter().find(|paper| is_invoice(paper)).or_not_found()?;
    let page = format!("/orders/{}/invoice", order.public_id);
    if papers.iter().filter(|paper| paper.kind == PaperKind::Correction).count() >= MOST_CORRECTIONS {
        return Ok(
            Flash::error("This invoice was corrected many times already; please write to us.").to(page)
        );
    }
    let details = match form.check() {
        Ok(details) => details,
        Err(errors) => {
            let page =
                DetailsPage::new(layout, order.public_id, order.number, form.into_inner(), errors.clone());
            return Err(Refused::form(page, errors));
        }
    };
    let writing = till.inner().clone();
    let corrected = till.db.write(move |conn| {
        let Some(order) = Order::lock(conn, order.id)? else { return Ok(false) };
        correct(conn, &order, &details, writing.clock.now())
    });
    Ok(match corrected.await? {
        true => Flash::success("The corrected invoice is here.").to(page),
        false => Flash::info("The invoice says just that already.").to(page),
    })
}

impl From<PdfError> for web::Error {
    fn from(error: PdfError) -> Self {
        Self::internal(error)
    }
}
