//! What Stripe's clock says: the `Date` of any answer (RFC 9110 §6.6.1), which is to the second.
//!
//! The crate keeps an answer's headers to itself, so this asks by itself. No key goes along.

use std::io;
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::super::GatewayError;
use crate::db::Timestamp;

/// Where Stripe's API is.
const HOST: &str = "api.stripe.com";

/// How much of an answer is read in search of its date.
const HEAD: u64 = 16 * 1024;

/// The time at Stripe, or at what stands in for it.
pub(super) async fn ask(base: Option<&str>) -> Result<Timestamp, GatewayError> {
    let head = match base {
        Some(base) => plain(base).await,
        None => secret().await,
    };
    let head = head.map_err(|error| GatewayError::Unreachable(format!("its time: {error}")))?;
    date(&head).ok_or_else(|| GatewayError::Unclear("an answer without a date".to_owned()))
}

async fn plain(base: &str) -> io::Result<String> {
    let authority = base.trim_start_matches("http://").trim_end_matches('/');
    let host = if authority.contains("]:") || (authority.contains(':') && !authority.ends_with(']')) {
        authority.to_owned()
    } else {
        format!("{authority}:80")
    };
    head(TcpStream::connect(host).await?, authority).await
}

async fn secret() -> io::Result<String> {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from(HOST).map_err(io::Error::other)?;
    let stream = TcpStream::connect((HOST, 443)).await?;
    head(TlsConnector::from(Arc::new(config)).connect(name, stream).await?, HOST).await
}

/// The head of the answer to a question that needs no key.
async fn head(mut stream: impl AsyncRead + AsyncWrite + Unpin, host: &str) -> io::Result<String> {
    let request = format!("HEAD / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    stream.flush().await?;
    let mut head = Vec::new();
    // A connection that ends without a goodbye has said what is wanted before.
    match stream.take(HEAD).read_to_end(&mut head).await {
        Err(error) if head.is_empty() => Err(error),
        _ => Ok(String::from_utf8_lossy(&head).into_owned()),
    }
}

fn date(head: &str) -> Option<Timestamp> {
    let is_date = |line: &str| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("date").then(|| value.trim().to_owned())
    };
    let text = head.lines().take_while(|line| !line.trim().is_empty()).find_map(is_date)?;
    Some(chrono::DateTime::parse_from_rfc2822(&text).ok()?.naive_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_is_found_in_the_head_and_nowhere_else() {
        let noon = chrono::NaiveDate::from_ymd_opt(2026, 3, 1).unwrap().and_hms_opt(12, 0, 0).unwrap();
        let said = "HTTP/1.1 404 Not Found\r\nserver: nginx\r\ndate: Sun, 01 Mar 2026 12:00:00 GMT\r\n\r\n";
        assert_eq!(date(said), Some(noon));
        assert_eq!(date("HTTP/1.1 200 OK\r\n\r\nDate: Sun, 01 Mar 2026 12:00:00 GMT\r\n"), None);
        assert_eq!(date("HTTP/1.1 200 OK\r\nDate: soon\r\n\r\n"), None);
    }
}
