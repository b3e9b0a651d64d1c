//! What a browser does: keeps cookies, says where its requests come from, sends forms.

use std::cell::RefCell;
use std::collections::BTreeMap;

use bookplate::config::Settings;
use rocket::http::{ContentType, Cookie, Header, Method};
use rocket::local::asynchronous::{Client, LocalRequest};

use super::Answer;

/// A browser with its cookies; redirects are not followed, so that a test sees them.
pub struct Browser<'c> {
    client: &'c Client,
    cookies: RefCell<BTreeMap<String, String>>,
    headers: Vec<(String, String)>,
}

impl<'c> Browser<'c> {
    pub fn new(client: &'c Client) -> Self {
        Self { client, cookies: RefCell::default(), headers: Vec::new() }
    }

    /// The same browser, sending one more header with each request.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned());
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(name).cloned()
    }

    /// The settings of the shop that it is on.
    pub fn settings(&self) -> &Settings {
        self.client.rocket().state::<Settings>().expect("the shop has settings")
    }

    /// Follows a link.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::Get, path, &[], None).await
    }

    /// Follows a link with more headers, as a download manager would.
    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(Method::Get, path, headers, None).await
    }

    pub async fn head(&self, path: &str) -> Answer {
        self.send(Method::Head, path, &[], None).await
    }

    /// Sends a form of this shop.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(Method::Post, path, &[("Sec-Fetch-Site", "same-origin")], Some(form(fields))).await
    }

    /// Sends a form of this shop with a file in it.
    pub async fn send_file(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        field: &str,
        file: (&str, &str, &[u8]),
    ) -> Answer {
        let boundary = "a-boundary-of-a-test";
        let mut body = Vec::new();
        for (name, value) in fields {
            let part =
                format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        let (name, media_type, bytes) = file;
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
             Content-Type: {media_type}\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        let mut request = self.client.req(Method::Post, path.to_owned());
        request.add_header(Header::new("Host", "localhost"));
        request.add_header(Header::new("Sec-Fetch-Site", "same-origin"));
        request.add_header(Header::new("Content-Type", format!("multipart/form-data; boundary={boundary}")));
        request.set_body(body);
        self.dispatch(request).await
    }

    /// Any request at all.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<String>,
    ) -> Answer {
        let mut request = self.client.req(method, path.to_owned());
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            request.add_header(Header::new("Host", "localhost"));
        }
        for (name, value) in headers {
            request.add_header(Header::new((*name).to_owned(), (*value).to_owned()));
        }
        for (name, value) in &self.headers {
            request.add_header(Header::new(name.clone(), value.clone()));
        }
        if let Some(body) = body {
            request.add_header(ContentType::Form);
            request.set_body(body);
        }
        self.dispatch(request).await
    }

    /// A request with exactly these headers, and bytes.
    pub async fn send_bytes(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        bytes: &[u8],
    ) -> Answer {
        let mut request = self.client.req(method, path.to_owned());
        request.add_header(Header::new("Host", "localhost"));
        for (name, value) in headers {
            request.add_header(Header::new((*name).to_owned(), (*value).to_owned()));
        }
        request.set_body(bytes);
        self.dispatch(request).await
    }

    async fn dispatch(&self, request: LocalRequest<'c>) -> Answer {
        let cookies = self.cookies.borrow().clone();
        let request = cookies
            .into_iter()
            .fold(request, |request, (name, value)| request.cookie(Cookie::new(name, value)));
        let answer = Answer::of(request.dispatch().await).await;
        for (name, value, removed) in answer.set_cookies() {
            if removed {
                self.cookies.borrow_mut().remove(&name);
            } else {
                self.cookies.borrow_mut().insert(name, value);
            }
        }
        answer
    }
}

/// `fields` as a form's body.
pub fn form(fields: &[(&str, &str)]) -> String {
    let encode = |text: &str| rocket::http::RawStr::new(text).percent_encode().to_string();
    fields
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect::<Vec<_>>()
        .join("&")
}
