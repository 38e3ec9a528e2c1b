//! What is left of the Events API in requests.

use events2logs_filter::{contains_placeholder, parse};

use crate::check::Fix;
use crate::check::rules::legacy as rules;
use crate::check::scan::{Place, Request, StartDate};
use crate::query::{Options, Precision, read_time, rewrite};
use crate::time;

use super::super::legacy::brief;
use super::super::{Sink, shown, syntax};
use super::Param;

/// A request to the Events API. What is wrong with its filter as one for the System Log goes
/// away with it; what cannot be read at all does not.
pub(super) fn endpoint(
    sink: &mut Sink<'_>,
    request: &Request,
    place: &Place,
    text: &str,
    params: &[Param],
) {
    let tables = sink.context.tables;
    let url = text.get(request.span.clone()).unwrap_or_default();
    // Never counted back from today: what a fix writes is run later.
    let rewritten = rewrite(url, tables, Options::default()).ok();
    let only = rewritten
        .as_ref()
        .and_then(|it| match it.requests.as_slice() {
            [only] => only.url.clone(),
            _ => None,
        })
        .filter(|_| request.has_query && !request.open);
    let edit = match &only {
        // To a shell, a new `&` outside quotes ends the command.
        Some(new) if new.contains('&') && !url.contains('&') && is_bare(text, request) => None,
        Some(url) => place.edit(request.span.clone(), url),
        // What the program adds is not known: only the path changes, and a person sees to it.
        None if !request.has_query => place.edit(request.word.clone(), "logs"),
        None => None,
    };
    // What a program puts in need not be a date as /logs takes it.
    let dates_known = params
        .iter()
        .all(|param| param.name != "startDate" || !param.is_open());
    // What the server refuses today finds nothing at all.
    let is_refused = rewritten
        .iter()
        .flat_map(|it| &it.requests)
        .filter_map(|it| it.since.as_deref())
        .any(|since| super::window::is_too_old(since, sink.context.now));
    let safe = only.is_some()
        && dates_known
        && !is_refused
        && rewritten
            .as_ref()
            .is_some_and(|it| it.precision == Precision::Exact);
    let help = match (&only, &rewritten) {
        (Some(url), it) => {
            let filter = it.iter().flat_map(|it| &it.requests).next();
            match filter.and_then(|it| it.filter.as_deref()) {
                Some(filter) if url.len() > LONG => {
                    format!("the System Log filter is {}", brief(filter))
                }
                _ => format!("the System Log request is {url}"),
            }
        }
        (None, Some(it)) if it.precision == Precision::Unsupported => it
            .parts
            .iter()
            .filter(|part| part.precision == Precision::Unsupported)
            .find_map(|part| part.reason.clone())
            .unwrap_or_else(|| DIFFERENCES.to_owned()),
        _ => DIFFERENCES.to_owned(),
    };
    sink.add(
        &rules::ENDPOINT,
        place.span(request.span.clone()),
        "the Events API is retired".to_owned(),
    )
    .help(help)
    .fix(safe, edit);
    for param in params.iter().filter(|param| param.name == "filter") {
        if let Err(errors) = parse(&param.value)
            && !param.is_open()
            && !request.open
        {
            syntax::check(sink, &param.place, &param.value, errors.errors(), false);
        }
    }
}

/// A longer URL is not shown whole.
const LONG: usize = 400;

const DIFFERENCES: &str = "use /api/v1/logs: since and until instead of startDate and published, eventType instead of \
     action.objectType, and limit=1000";

/// `startDate` on `/logs`.
pub(super) fn start_date(sink: &mut Sink<'_>, param: &Param, place: &Place) {
    let time = read_time(&param.value).and_then(time::spelled);
    let since = match time {
        Some(time) => Some(format!("since={time}")),
        None if param.is_open() && !param.value.trim().is_empty() => {
            text_of(param).map(|it| format!("since={it}"))
        }
        None => None,
    };
    let edit = since
        .as_ref()
        .and_then(|it| place.edit(param.span.clone(), it));
    sink.add(
        &rules::START_DATE,
        place.span(param.name_span.clone()),
        "startDate is no parameter of /logs: the window is the last 7 days".to_owned(),
    )
    .help(match &since {
        Some(since) => format!("write {}", shown(since).trim_matches('`')),
        None => "write since, with a date as in 2026-01-01T00:00:00Z".to_owned(),
    })
    .fix(false, edit);
}

/// `startDate` as a key of a map.
pub(in crate::check::lint) fn beside(sink: &mut Sink<'_>, key: &StartDate) {
    let name = key.name.edit(0..key.name.whole().len(), key.renamed);
    let mut help = format!("write {}", key.renamed);
    let mut edits: Option<Vec<_>> = name.filter(|_| key.is_alone).map(|it| vec![it]);
    if let Some((place, value)) = &key.value {
        // A program may fill it in.
        match read_time(value).and_then(time::spelled) {
            Some(time) => {
                help = format!("write since with {time}");
                if time != *value {
                    let edit = place.edit(0..value.len(), &time);
                    edits = edits.zip(edit).map(|(mut edits, edit)| {
                        edits.push(edit);
                        edits
                    });
                }
            }
            None if contains_placeholder(value) || value.contains(['{', '$', '%']) => {}
            None => {
                "write since, with a date as in 2026-01-01T00:00:00Z".clone_into(&mut help);
                edits = None;
            }
        }
    }
    let finding = sink.add(
        &rules::START_DATE,
        key.name.whole(),
        "startDate is no parameter of /logs: the window is the last 7 days".to_owned(),
    );
    finding.help(help);
    finding.fix = edits.map(|edits| Fix { safe: false, edits });
}

/// A value that a program fills in, as it is written.
fn text_of(param: &Param) -> Option<String> {
    (!param.place.is_opaque(0..param.value.len())).then(|| param.value.clone())
}

/// Whether a URL stands among other words, rather than in quotes of its own.
fn is_bare(text: &str, request: &Request) -> bool {
    let before = text.get(..request.span.start).unwrap_or_default();
    before.ends_with(|it: char| it.is_whitespace() || it == '=')
}
