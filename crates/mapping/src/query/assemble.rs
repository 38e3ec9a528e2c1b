//! Puts rewritten requests together.

use jiff::SignedDuration;

use crate::time;

use super::input::Input;
use super::note::Note;
use super::params::Param;
use super::report::Request;
use super::rewrite::{Ends, Known, Rewriter};

/// The most events that either API returns at once.
const MOST: u64 = 1000;

impl Rewriter<'_> {
    /// Writes one request.
    pub(super) fn request(
        &mut self,
        input: &Input,
        known: &Known<'_>,
        (mut since, until): Ends,
        filter: Option<String>,
    ) -> Request {
        let request = match input {
            Input::Request(request) => Some(request),
            Input::Filter(_) => None,
        };
        if since.is_none() && !known.has_window && !self.is_system_log(request) {
            since = self.default_since(input, known);
        }
        let Input::Request(text) = input else {
            let Input::Filter(param) = input else {
                return Request::default();
            };
            return bare_filter(param, since, until, filter);
        };
        let legacy = !text.is_system_log() && !known.has_window;
        let limit = self.limit(known, legacy);
        let window: Vec<(&str, &String)> = [("since", &since), ("until", &until)]
            .into_iter()
            .filter_map(|(name, end)| Some((name, end.as_ref()?)))
            .collect();
        // The window stands where startDate did, else before the filter, else at the end.
        let at = known.start_date.or(known.filter).map(|(at, _)| at);
        let mut params: Vec<Vec<String>> = Vec::new();
        for (place, param) in text.params.iter().enumerate() {
            let mut texts = Vec::new();
            if at == Some(place) {
                texts.extend(window.iter().map(|(name, end)| param.like(name, end)));
            }
            match param.name.as_str() {
                "startDate" | "after" => {}
                "filter" => texts.extend(filter.iter().map(|it| param.like("filter", it))),
                // What does not change stands as it was, however it is encoded.
                "limit" if limit.as_ref() == Some(&param.value) => texts.push(param.text.clone()),
                "limit" => texts.extend(limit.iter().map(|limit| param.like("limit", limit))),
                _ => texts.push(param.text.clone()),
            }
            params.push(texts);
        }
        let mut added = Vec::new();
        if at.is_none() {
            added.extend(window.iter().map(|(name, end)| format!("{name}={end}")));
        }
        if known.limit.is_none() {
            added.extend(limit.iter().map(|limit| format!("limit={limit}")));
        }
        params.push(added);
        let written = text.write(&params);
        Request {
            query: written.query,
            url: written.url,
            since,
            until,
            filter,
            limit,
        }
    }

    fn default_since(&mut self, input: &Input, known: &Known<'_>) -> Option<String> {
        let now = self.options.now?;
        let bare = matches!(input, Input::Request(_)) && known.is_bare();
        let (back, default) = if bare {
            (
                SignedDuration::from_hours(1),
                "a bare legacy request returned the last hour",
            )
        } else {
            (
                SignedDuration::from_hours(90 * 24),
                "a legacy filter searched the whole retention of 90 days",
            )
        };
        let since = time::spelled(now.checked_sub(back).ok()?)?;
        self.translator.note(Note::SinceAdded {
            since: since.clone(),
            default,
        });
        Some(since)
    }

    /// The limit to ask for; `legacy`: none was 1000.
    fn limit(&mut self, known: &Known<'_>, legacy: bool) -> Option<String> {
        let Some((_, param)) = known.limit else {
            if !legacy {
                return None;
            }
            self.translator.note(Note::LimitAdded);
            return Some(MOST.to_string());
        };
        let value = param.value.trim();
        if value.is_empty() {
            self.empty(param);
            self.translator.note(Note::LimitAdded);
            return Some(MOST.to_string());
        }
        let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
        if is_number && value.parse::<u64>().map_or(true, |limit| limit > MOST) {
            self.translator.note(Note::LimitCapped {
                limit: value.to_owned(),
            });
            return Some(MOST.to_string());
        }
        Some(param.value.clone())
    }
}

/// A filter by itself has no place for a window: then it becomes a query string.
fn bare_filter(
    param: &Param,
    since: Option<String>,
    until: Option<String>,
    filter: Option<String>,
) -> Request {
    let mut texts = Vec::new();
    for (name, end) in [("since", &since), ("until", &until)] {
        texts.extend(end.iter().map(|end| param.like(name, end)));
    }
    let query = match (&filter, texts.is_empty()) {
        (Some(filter), true) => param.style.encode(filter),
        (Some(filter), false) => {
            texts.push(param.like("filter", filter));
            texts.join("&")
        }
        (None, _) => texts.join("&"),
    };
    Request {
        query,
        since,
        until,
        filter,
        ..Request::default()
    }
}
