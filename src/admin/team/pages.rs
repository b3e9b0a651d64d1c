//! The page of the team.

use askama::Template;

use crate::accounts::invite::Invitation;
use crate::accounts::{Account, Role};
use crate::admin::customers::standing;
use crate::admin::words;
use crate::web::pagination::Pagination;
use crate::web::{Errors, Layout, filters, show};

/// A role that an account can be given.
#[derive(Debug, Clone, Copy)]
pub struct RoleChoice {
    /// What the form sends.
    pub value: &'static str,
    /// What it is called.
    pub text: &'static str,
}

/// An admin or a publisher.
#[derive(Debug, Clone)]
pub struct MemberRow {
    /// The account's public id.
    pub id: String,
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// What they may do, in a word.
    pub role: &'static str,
    /// Whether they run the shop.
    pub is_admin: bool,
    /// `Blocked`, `Not proved` or empty.
    pub standing: &'static str,
    /// Since when the account is there.
    pub since: String,
    /// Whether it is the admin's own.
    pub is_own: bool,
    /// The roles that it can be given.
    pub choices: Vec<RoleChoice>,
}

impl MemberRow {
    fn new(account: &Account, admin: &Account) -> Self {
        let choice = |role: Role| RoleChoice { value: role.as_str(), text: words::role(role) };
        let choices: &[Role] = match account.role {
            Role::Admin => &[Role::Publisher, Role::Customer],
            // What becomes of their titles is asked on the page about publishers.
            Role::Publisher => &[Role::Admin],
            Role::Customer => &[],
        };
        Self {
            id: account.public_id.clone(),
            name: account.display_name().to_owned(),
            email: account.email.clone(),
            role: words::role(account.role),
            is_admin: account.role == Role::Admin,
            standing: standing(account),
            since: show::date(account.created_at),
            is_own: account.id == admin.id,
            choices: choices.iter().copied().map(choice).collect(),
        }
    }
}

/// An invitation that waits.
#[derive(Debug, Clone)]
pub struct InvitationRow {
    /// Its public id.
    pub id: String,
    /// To whom.
    pub email: String,
    /// As what.
    pub role: &'static str,
    /// When it was sent.
    pub sent: String,
    /// Until when it counts.
    pub until: String,
}

impl From<&Invitation> for InvitationRow {
    fn from(invitation: &Invitation) -> Self {
        Self {
            id: invitation.public_id.clone(),
            email: invitation.email.clone(),
            role: words::role(invitation.role),
            sent: show::date(invitation.created_at),
            until: show::date(invitation.expires_at),
        }
    }
}

/// `templates/admin/team.html`
#[derive(Debug, Template)]
#[template(path = "admin/team.html")]
pub struct TeamPage {
    /// The frame.
    pub layout: Layout,
    /// The members of this page.
    pub members: Vec<MemberRow>,
    /// The way to the others.
    pub pager: Pagination,
    /// The invitations that wait, the newest first.
    pub invitations: Vec<InvitationRow>,
    /// Whom to invite, as typed.
    pub email: String,
    /// As what, as chosen.
    pub role: String,
    /// With which words, as typed.
    pub words: String,
    /// What is wrong with it.
    pub errors: Errors,
}

impl TeamPage {
    /// The page, with an empty form.
    #[must_use]
    pub fn new(
        layout: Layout,
        members: &[Account],
        pager: Pagination,
        invitations: &[Invitation],
        admin: &Account,
    ) -> Self {
        Self {
            layout,
            members: members.iter().map(|account| MemberRow::new(account, admin)).collect(),
            pager,
            invitations: invitations.iter().map(InvitationRow::from).collect(),
            email: String::new(),
            role: String::new(),
            words: String::new(),
            errors: Errors::none(),
        }
    }
}
