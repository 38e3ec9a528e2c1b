//! Requests: the endpoint, and the parameters by themselves and together.

mod legacy;
mod window;

use std::ops::Range;

use events2logs_filter::contains_placeholder;

use crate::check::rules::{legacy as legacy_rules, refused as rules, requests};
use crate::check::scan::{Endpoint, Layer, Place, Quoting, Request};
use crate::query::Style;

use super::{Sink, filter, shown};

/// A parameter, decoded.
pub(super) struct Param {
    name: String,
    /// Where name and value stand in the request's text.
    span: Range<usize>,
    name_span: Range<usize>,
    value: String,
    /// Where the value's characters stand.
    place: Place,
}

pub(super) use legacy::beside;

/// Checks a request.
pub(super) fn check(sink: &mut Sink<'_>, request: &Request, place: &Place, text: &str) {
    let params = params(request, place, text);
    if request.endpoint == Endpoint::Events {
        legacy::endpoint(sink, request, place, text, &params);
        return;
    }
    for param in &params {
        match param.name.as_str() {
            "filter" => filter_param(sink, param, request),
            "since" | "until" => window::date(sink, param),
            "limit" => limit(sink, param),
            "q" => keywords(sink, param),
            "startDate" => legacy::start_date(sink, param, place),
            "after" => cursor(sink, param),
            _ => {}
        }
    }
    if request.endpoint == Endpoint::Logs {
        together(sink, request, place, &params);
    }
    window::order(sink, &params);
}

fn params(request: &Request, place: &Place, text: &str) -> Vec<Param> {
    let mut params = Vec::new();
    for (name, value) in &request.params {
        let raw = text.get(value.clone()).unwrap_or_default();
        let mut layer = Layer::default();
        Quoting::Percent(Style::of(raw)).decode(text, value.clone(), &mut layer);
        params.push(Param {
            name: text.get(name.clone()).unwrap_or_default().to_owned(),
            span: name.start..value.end,
            name_span: name.clone(),
            value: layer.text.clone(),
            place: place.within(layer),
        });
    }
    params
}

impl Param {
    /// Whether a program decides the value, or a person is to fill it in.
    fn is_open(&self) -> bool {
        let value = self.value.trim();
        value.is_empty()
            || contains_placeholder(value)
            || value.contains(['{', '}', '$', '<', '(', '[', '%', '"', '\'', '*', '…'])
            || value.ends_with("...")
            || self.place.is_opaque(0..self.value.len())
    }
}

fn filter_param(sink: &mut Sink<'_>, param: &Param, request: &Request) {
    let value = param.value.trim();
    if value.is_empty() || contains_placeholder_only(value) || value.ends_with("...") {
        return;
    }
    let start = param
        .value
        .len()
        .saturating_sub(param.value.trim_start().len());
    let end = start.saturating_add(value.len());
    let place = param.place.narrowed(start..end);
    let cut = request.open || param.place.is_opaque(0..param.value.len());
    filter::check(sink, &place, value, cut);
}

/// `{filter}`, `${filter}` and the like, with nothing beside.
fn contains_placeholder_only(value: &str) -> bool {
    !value.contains([' ', '"'])
        && (contains_placeholder(value) || value.starts_with(['{', '$', '<', '%']))
}

fn limit(sink: &mut Sink<'_>, param: &Param) {
    if param.is_open() {
        return;
    }
    let value = param.value.trim();
    let number = value.parse::<i64>();
    if matches!(number, Ok(0..=1000))
        || value.chars().any(char::is_alphabetic) && number.is_err() && value.len() > 12
    {
        return;
    }
    let is_more = number.is_ok_and(|it| it > 1000);
    let edit = is_more
        .then(|| param.place.edit(0..param.value.len(), "1000"))
        .flatten();
    sink.add(
        &rules::BAD_LIMIT,
        param.place.whole(),
        format!(
            "limit={} is not between 0 and 1000",
            shown(value).trim_matches('`')
        ),
    )
    .help("a page has 1000 events at most: follow the next links for more")
    .fix(true, edit);
}

fn keywords(sink: &mut Sink<'_>, param: &Param) {
    if param.is_open() {
        return;
    }
    let words: Vec<&str> = param.value.split_whitespace().collect();
    let longest = words.iter().find(|word| word.chars().count() > 40);
    let message = match longest {
        Some(word) => format!("the keyword {} has more than 40 characters", shown(word)),
        None if words.len() > 10 => format!("q has {} keywords, 10 are the most", words.len()),
        None => return,
    };
    sink.add(&rules::KEYWORDS, param.place.whole(), message)
        .help("the server answers E0000001: search by a filter instead");
}

/// `after=tev…`: the id of a legacy event.
fn cursor(sink: &mut Sink<'_>, param: &Param) {
    let value = param.value.trim();
    let is_legacy = value.starts_with("tev")
        && value.len() > 30
        && value.bytes().rev().take(13).all(|it| it.is_ascii_digit());
    if is_legacy {
        sink.add(
            &legacy_rules::CURSOR,
            param.place.whole(),
            "a cursor of the Events API: /logs makes its own".to_owned(),
        )
        .help("start over with since, the time of the last event you have");
    }
}

/// What parameters say together.
fn together(sink: &mut Sink<'_>, request: &Request, place: &Place, params: &[Param]) {
    let has = |name: &str| params.iter().any(|param| param.name == name);
    let is_whole = !request.open && !place.is_opaque(request.span.clone());
    if !is_whole {
        return;
    }
    let asks = ["since", "until", "filter", "q", "sortOrder"]
        .into_iter()
        .any(has);
    if asks && !has("limit") && !has("after") {
        sink.add(
            &requests::DEFAULT_LIMIT,
            place.span(request.word.clone()),
            "no limit: 100 events a page".to_owned(),
        )
        .help("add limit=1000, as the Events API had by default, for fewer requests");
    }
    let descending = params
        .iter()
        .find(|param| param.name == "sortOrder" && param.value.eq_ignore_ascii_case("DESCENDING"));
    if let Some(param) = descending.filter(|_| !has("until") && !has("after")) {
        sink.add(
            &requests::DESCENDING,
            place.span(param.span.clone()),
            "DESCENDING without until".to_owned(),
        )
        .help("add until for a bounded request, or leave sortOrder out to poll");
    }
}
