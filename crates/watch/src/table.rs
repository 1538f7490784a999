//! Lists as tables: the names of objects, without the objects.
//!
//! Whoever lists Secrets is sent what is in them, unless it asks otherwise. This is the one place that asks, and it always asks
//! otherwise: for a `Table` (`meta.k8s.io/v1`, what `kubectl get` prints) and `includeObject=None`, by which no row brings the
//! object it is of along. And what does not answer so is not read: see [`reading`].

mod reading;

use std::time::Duration;

use assay_inventory::{Blind, Reason};
use http::header::{ACCEPT, CONTENT_TYPE};
use kube::Client;
use kube::api::ListParams;
use kube::client::Body;

pub(crate) use reading::Row;
use reading::{Page, Refused};

/// How a list is asked for.
const TABLE: &str = "application/json;as=Table;g=meta.k8s.io;v=v1";
/// Objects a page.
const PAGE: u32 = 500;
/// Most pages of a list that are read.
const PAGES: usize = 200;
/// Longest the API server may take to begin its answer, and to say the next thing.
const TIMEOUT: Duration = Duration::from_secs(10);

/// What to list.
#[derive(Debug, Clone)]
pub(crate) struct Listing {
    /// As messages name the objects.
    pub(crate) what: &'static str,
    /// Path of the collection.
    pub(crate) path: String,
    /// Selects by fields.
    pub(crate) fields: Option<String>,
    /// What to say where it may not be listed.
    pub(crate) forbidden: &'static str,
}

impl Listing {
    /// Everything that it lists, page by page.
    pub(crate) async fn rows(&self, client: &Client) -> Result<Vec<Row>, Blind> {
        let mut rows = Vec::new();
        let mut next = None;
        for _ in 0..PAGES {
            let page = self.page(client, next).await?;
            rows.extend(page.rows);
            if page.next.is_none() {
                return Ok(rows);
            }
            next = page.next;
        }
        Err(self.unreachable("does not come to an end of the list of"))
    }

    async fn page(&self, client: &Client, next: Option<String>) -> Result<Page, Blind> {
        let request = self.request(next)?;
        let answer = tokio::time::timeout(TIMEOUT, client.send(request)).await;
        let Ok(Ok(answer)) = answer else {
            return Err(self.unreachable("does not answer the request for"));
        };
        match answer.status().as_u16() {
            200 => {}
            403 => return Err(Blind::new(Reason::Forbidden, self.forbidden)),
            code => return Err(self.unreachable(&format!("answers {code} to the request for"))),
        }
        let kind = answer.headers().get(CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok());
        if !kind.is_some_and(|kind| kind.starts_with("application/json")) {
            return Err(self.refused());
        }
        let read = reading::read(answer.into_body(), TIMEOUT).await;
        read.map_err(|refused| match refused {
            Refused::Unfinished => {
                self.unreachable("does not finish its answer to the request for")
            }
            Refused::NoTable => self.refused(),
        })
    }

    /// The request for a page: of a table, with nothing of the objects in it.
    fn request(&self, next: Option<String>) -> Result<http::Request<Body>, Blind> {
        let params = ListParams {
            field_selector: self.fields.clone(),
            limit: Some(PAGE),
            continue_token: next,
            ..ListParams::default()
        };
        let unasked = || self.unreachable("cannot be asked for");
        let list = kube::core::Request::new(&self.path).list(&params);
        let (parts, _) = list.map_err(|_| unasked())?.into_parts();
        http::Request::get(format!("{}&includeObject=None", parts.uri))
            .header(ACCEPT, TABLE)
            .body(Body::empty())
            .map_err(|_| unasked())
    }

    fn unreachable(&self, does: &str) -> Blind {
        let message = format!("the API server {does} the names of {}", self.what);
        Blind::new(Reason::Unreachable, message)
    }

    fn refused(&self) -> Blind {
        Blind::new(
            Reason::Unparseable,
            format!(
                "the answer to the request for the names of {} is not a table of names alone, and was thrown away: let nothing between Assay and the API server change the header Accept or the parameter includeObject",
                self.what
            ),
        )
    }
}

#[cfg(test)]
mod tests;
