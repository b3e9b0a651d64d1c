//! The tables, a line a column.

use super::table::Kind::{Amount, Moment, Number, Text, Truth};
use super::table::{Table, Wanted};
use crate::admin::orders::list::Filter as Orders;
use crate::db::statement::anywhere;
use crate::db::{Conn, Statement};
use crate::publishing::titles::list::Filter as Titles;

/// Every table, in the order of the page.
pub const ALL: &[Table] = &[
    ORDERS,
    ITEMS,
    REFUNDS,
    DOWNLOADS,
    TITLES,
    CATEGORIES,
    SERIES,
    CONTRIBUTORS,
    CODES,
    BUNDLES,
    FINDINGS,
    LOG,
];

const ORDERS: Table = Table {
    name: "orders",
    title: "Orders",
    about: "One row for each order, with what was paid and what went back.",
    columns: &[
        ("number", Text, "o.number"),
        ("placed", Moment, "o.created_at"),
        ("paid", Moment, "o.paid_at"),
        ("status", Text, "o.status"),
        ("email", Text, "o.email"),
        ("country", Text, "(SELECT t.country FROM order_tax t WHERE t.order_id = o.id)"),
        ("currency", Text, "o.currency"),
        ("subtotal", Amount, "o.subtotal_minor"),
        ("discount", Amount, "o.discount_minor"),
        ("total", Amount, "o.total_minor"),
        (
            "refunded",
            Amount,
            "COALESCE((SELECT SUM(r.amount_minor) FROM refunds r \
              WHERE r.order_id = o.id AND r.status IN ('pending', 'succeeded')), 0)",
        ),
        ("gateway", Text, "o.gateway"),
        ("real_money", Truth, "o.livemode"),
    ],
    currency: "o.currency",
    id: "o.id",
    from: "orders o",
    time: "o.created_at",
    narrow: |wanted, _, statement| {
        let status = wanted.status.parse().ok();
        Orders { search: wanted.search.clone(), status }.narrow(statement);
    },
};

const ITEMS: Table = Table {
    name: "items",
    title: "Books in orders",
    about: "One row for each book in an order, with its title and price as at the sale.",
    columns: &[
        ("order", Text, "o.number"),
        ("placed", Moment, "o.created_at"),
        ("paid", Moment, "o.paid_at"),
        ("status", Text, "o.status"),
        ("title", Text, "i.title"),
        ("book", Text, "b.public_id"),
        ("currency", Text, "o.currency"),
        ("price", Amount, "i.price_minor"),
        ("discount", Amount, "i.discount_minor"),
        ("refunded", Amount, "i.refunded_minor"),
        ("refunded_at", Moment, "i.refunded_at"),
        ("real_money", Truth, "o.livemode"),
    ],
    currency: "o.currency",
    id: "i.id",
    from: "line_items i JOIN orders o ON o.id = i.order_id JOIN books b ON b.id = i.book_id",
    time: "o.created_at",
    narrow: ORDERS.narrow,
};

const REFUNDS: Table = Table {
    name: "refunds",
    title: "Refunds",
    about: "One row for each time that money went back, or was to.",
    columns: &[
        ("order", Text, "o.number"),
        ("asked", Moment, "r.created_at"),
        ("changed", Moment, "r.updated_at"),
        ("status", Text, "r.status"),
        ("purpose", Text, "r.purpose"),
        ("currency", Text, "r.currency"),
        ("amount", Amount, "r.amount_minor"),
        ("reason", Text, "r.reason"),
        ("gateway", Text, "r.gateway"),
        ("gateway_id", Text, "r.gateway_id"),
        ("real_money", Truth, "o.livemode"),
    ],
    currency: "r.currency",
    id: "r.id",
    from: "refunds r JOIN orders o ON o.id = r.order_id",
    time: "r.created_at",
    narrow: everything,
};

const DOWNLOADS: Table = Table {
    name: "downloads",
    title: "Downloads",
    about: "The ledger: one row for each time that a file was handed out or refused.",
    columns: &[
        ("at", Moment, "d.at"),
        ("title", Text, "b.title"),
        ("file", Text, "f.file_name"),
        ("format", Text, "f.format"),
        ("account", Text, "a.email"),
        ("order", Text, "o.number"),
        ("allowed", Truth, "d.allowed"),
        ("reason", Text, "d.reason"),
        ("method", Text, "d.method"),
        ("range", Text, "d.range"),
        ("status", Number, "d.status"),
        ("sent_by", Text, "d.backend"),
    ],
    currency: "NULL",
    id: "d.id",
    from: "downloads d JOIN books b ON b.id = d.book_id JOIN book_files f ON f.id = d.file_id \
           LEFT JOIN accounts a ON a.id = d.account_id LEFT JOIN orders o ON o.id = d.order_id",
    time: "d.at",
    narrow: everything,
};

const TITLES: Table = Table {
    name: "titles",
    title: "Titles",
    about: "One row for each title, whatever its state.",
    columns: &[
        ("id", Text, "b.public_id"),
        ("address", Text, "b.slug"),
        ("title", Text, "b.title"),
        ("subtitle", Text, "b.subtitle"),
        ("language", Text, "b.language"),
        ("status", Text, "b.status"),
        ("currency", Text, "b.currency"),
        ("price", Amount, "b.price_minor"),
        ("series", Text, "s.name"),
        ("number_in_series", Number, "b.series_position"),
        ("publisher", Text, "p.email"),
        ("published", Moment, "b.published_at"),
        ("made", Moment, "b.created_at"),
        ("changed", Moment, "b.updated_at"),
        ("description", Text, "b.description"),
    ],
    currency: "b.currency",
    id: "b.id",
    from: "books b JOIN accounts p ON p.id = b.publisher_id LEFT JOIN series s ON s.id = b.series_id",
    time: "b.created_at",
    narrow: |wanted, conn, statement| {
        let filter = Titles {
            status: wanted.status.parse().ok(),
            search: wanted.search.clone(),
            publisher: wanted.publisher.clone(),
            category: wanted.category.clone(),
            language: wanted.language.clone(),
        };
        filter.narrow(conn, statement);
    },
};

const CATEGORIES: Table = Table {
    name: "categories",
    title: "Categories",
    about: "The shelves of the shop.",
    columns: &[
        ("address", Text, "n.slug"),
        ("name", Text, "n.name"),
        ("description", Text, "n.description"),
        ("place", Number, "n.position"),
        ("titles", Number, "(SELECT COUNT(*) FROM book_categories x WHERE x.category_id = n.id)"),
    ],
    currency: "NULL",
    id: "n.id",
    from: "categories n",
    time: "",
    narrow: by_name,
};

const SERIES: Table = Table {
    name: "series",
    title: "Series",
    about: "Books that belong together.",
    columns: &[
        ("address", Text, "n.slug"),
        ("name", Text, "n.name"),
        ("titles", Number, "(SELECT COUNT(*) FROM books x WHERE x.series_id = n.id)"),
    ],
    currency: "NULL",
    id: "n.id",
    from: "series n",
    time: "",
    narrow: by_name,
};

const CONTRIBUTORS: Table = Table {
    name: "contributors",
    title: "Contributors",
    about: "The people on the books.",
    columns: &[
        ("address", Text, "n.slug"),
        ("name", Text, "n.name"),
        (
            "titles",
            Number,
            "(SELECT COUNT(DISTINCT x.book_id) FROM book_contributors x WHERE x.contributor_id = n.id)",
        ),
    ],
    currency: "NULL",
    id: "n.id",
    from: "contributors n",
    time: "",
    narrow: by_name,
};

const CODES: Table = Table {
    name: "codes",
    title: "Discount codes",
    about: "One row for each code, with how often it was used.",
    columns: &[
        ("code", Text, "c.code"),
        ("kind", Text, "c.kind"),
        ("hundredths_of_a_percent", Number, "c.basis_points"),
        ("currency", Text, "c.currency"),
        ("amount", Amount, "c.amount_minor"),
        ("every_book", Truth, "c.every_book"),
        ("from", Moment, "c.starts_at"),
        ("until", Moment, "c.ends_at"),
        ("use_limit", Number, "c.use_limit"),
        ("customer_limit", Number, "c.customer_limit"),
        ("minimum", Amount, "c.minimum_minor"),
        ("uses", Number, "c.uses"),
        ("switched_off", Moment, "c.switched_off_at"),
        ("note", Text, "c.note"),
        ("made", Moment, "c.created_at"),
    ],
    currency: "c.currency",
    id: "c.id",
    from: "discount_codes c",
    time: "c.created_at",
    narrow: everything,
};

const BUNDLES: Table = Table {
    name: "bundles",
    title: "Bundles",
    about: "Books that are sold together.",
    columns: &[
        ("id", Text, "n.public_id"),
        ("address", Text, "n.slug"),
        ("title", Text, "n.title"),
        ("currency", Text, "n.currency"),
        ("price", Amount, "n.price_minor"),
        ("books", Number, "(SELECT COUNT(*) FROM bundle_books x WHERE x.bundle_id = n.id)"),
        ("published", Moment, "n.published_at"),
        ("made", Moment, "n.created_at"),
    ],
    currency: "n.currency",
    id: "n.id",
    from: "bundles n",
    time: "n.created_at",
    narrow: everything,
};

const FINDINGS: Table = Table {
    name: "findings",
    title: "Findings",
    about: "What wanted a look, and how it was put right.",
    columns: &[
        ("kind", Text, "f.kind"),
        ("order", Text, "o.number"),
        ("subject", Text, "f.subject"),
        ("detail", Text, "f.detail"),
        ("first_seen", Moment, "f.first_seen_at"),
        ("last_seen", Moment, "f.last_seen_at"),
        ("closed", Moment, "f.resolved_at"),
        ("closed_by", Text, "a.email"),
        ("resolution", Text, "f.resolution"),
    ],
    currency: "NULL",
    id: "f.id",
    from: "findings f LEFT JOIN orders o ON o.id = f.order_id LEFT JOIN accounts a ON a.id = f.resolved_by",
    time: "f.first_seen_at",
    narrow: |wanted, _, statement| match wanted.status.as_str() {
        "open" => statement.condition("f.resolved_at IS NULL"),
        "closed" => statement.condition("f.resolved_at IS NOT NULL"),
        _ => {}
    },
};

const LOG: Table = Table {
    name: "log",
    title: "Log",
    about: "Who did what in the back office.",
    columns: &[
        ("at", Moment, "l.at"),
        ("who", Text, "l.who"),
        ("kind", Text, "l.kind"),
        ("subject", Text, "l.subject"),
        ("order", Text, "o.number"),
        ("detail", Text, "l.detail"),
        ("outcome", Text, "l.outcome"),
    ],
    currency: "NULL",
    id: "l.id",
    from: "admin_acts l LEFT JOIN orders o ON o.id = l.order_id",
    time: "l.at",
    narrow: everything,
};

/// A list without filters.
fn everything(_: &Wanted, _: &Conn, _: &mut Statement) {}

/// A list whose rows `n` have a name.
fn by_name(wanted: &Wanted, _: &Conn, statement: &mut Statement) {
    if !wanted.search.is_empty() {
        statement.condition("(lower(n.name) LIKE ");
        statement.text(anywhere(&wanted.search.to_lowercase()));
        statement.push(" ESCAPE '!' OR n.name LIKE ");
        statement.text(anywhere(&wanted.search));
        statement.push(" ESCAPE '!')");
    }
}
