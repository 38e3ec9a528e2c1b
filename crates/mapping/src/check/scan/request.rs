//! Requests: a path, maybe with a host before it, and the parameters after it.

use std::ops::Range;

use super::text::{byte, byte_before, head, line_end, part, prefix, tail};
use super::words::{is_word, starts_comparison};

/// Which API a request is made to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::check) enum Endpoint {
    /// `/api/v1/events`
    Events,
    /// `/api/v1/logs`
    Logs,
    /// Parameters only.
    Unnamed,
}

/// A request in a text.
#[derive(Debug, Clone)]
pub(in crate::check) struct Request {
    /// Which API.
    pub(in crate::check) endpoint: Endpoint,
    /// All of it.
    pub(in crate::check) span: Range<usize>,
    /// The word `events` or `logs` of its path; empty for parameters only.
    pub(in crate::check) word: Range<usize>,
    /// Name and value of each parameter.
    pub(in crate::check) params: Vec<(Range<usize>, Range<usize>)>,
    /// Whether there is a question mark.
    pub(in crate::check) has_query: bool,
    /// Whether more of it may follow.
    pub(in crate::check) open: bool,
}

impl Request {
    /// With its places counted from its own start.
    pub(in crate::check) fn by_itself(mut self) -> Self {
        let start = self.span.start;
        let moved = |range: &Range<usize>| {
            range.start.saturating_sub(start)..range.end.saturating_sub(start)
        };
        self.span = moved(&self.span);
        self.word = moved(&self.word);
        for (name, value) in &mut self.params {
            *name = moved(name);
            *value = moved(value);
        }
        self
    }
}

/// The parameters of either API.
pub(in crate::check) const PARAMETERS: [&str; 8] = [
    "since",
    "until",
    "after",
    "filter",
    "q",
    "limit",
    "sortOrder",
    "startDate",
];

/// The request whose path has the marker at `at`. `quoted`: the text is the contents of a
/// literal.
pub(in crate::check) fn request(text: &str, at: usize, quoted: bool) -> Option<Request> {
    let slash = at.checked_add(
        part(text, at..line_end(text, at))
            .find("/logs")
            .into_iter()
            .chain(part(text, at..line_end(text, at)).find("/events"))
            .min()?,
    )?;
    let start_of_word = slash.checked_add(1)?;
    let word =
        start_of_word..start_of_word.checked_add(prefix(tail(text, start_of_word), is_word))?;
    let endpoint = match part(text, word.clone()) {
        "logs" => Endpoint::Logs,
        "events" => Endpoint::Events,
        _ => return None,
    };
    let after = tail(text, word.end);
    if after
        .strip_prefix('/')
        .is_some_and(|it| it.starts_with(|it: char| it.is_alphanumeric() || "{$<:_".contains(it)))
    {
        return None;
    }
    let start = head(text, at)
        .trim_end_matches(|it: char| it.is_alphanumeric() || "._~:/@%${}<>[]-".contains(it))
        .len();
    let start = start.saturating_add(prefix(part(text, start..at), |it| {
        "<[:$%-.".contains(it) && it != '$'
    }));
    let question = word.end.saturating_add(usize::from(after.starts_with('/')));
    if byte(text, question) != b'?' {
        return Some(Request {
            endpoint,
            span: start..word.end,
            word,
            params: Vec::new(),
            has_query: false,
            open: question < text.len() && quoted,
        });
    }
    let query = question.saturating_add(1);
    let end = query_end(text, query, quoted);
    Some(Request {
        endpoint,
        span: start..end,
        word,
        params: params(text, query..end),
        has_query: true,
        open: end < text.len() && quoted || matches!(byte_before(text, end), b'&' | b'=' | b'?'),
    })
}

/// Parameters without a path, from `start` to `end`: `filter=…&since=…`. `open`: more may follow.
pub(in crate::check) fn parameters(text: &str, start: usize, end: usize, open: bool) -> Request {
    Request {
        endpoint: Endpoint::Unnamed,
        span: start..end,
        word: start..start,
        params: params(text, start..end),
        has_query: true,
        open,
    }
}

/// Where the query string at `start` ends: with the word, or, where its filter is not encoded,
/// with the line or the literal.
fn query_end(text: &str, start: usize, quoted: bool) -> usize {
    let line = part(text, start..line_end(text, start));
    let unencoded = line.split('&').any(|param| {
        param.split_once('=').is_some_and(|(name, value)| {
            name == "filter"
                && value.contains(' ')
                && (starts_comparison(value) || value.contains(".?["))
        })
    });
    let word = prefix(line, |it| !it.is_whitespace());
    if unencoded {
        // A word after the last parameter is no part of it: `… &limit=5 and more`.
        let last = line
            .rfind('&')
            .filter(|at| !tail(line, *at).contains("filter="));
        let len = match last {
            Some(at) => at.saturating_add(prefix(tail(line, at), |it| !it.is_whitespace())),
            None => line.trim_end().len(),
        };
        return start.saturating_add(closed(head(line, len), quoted));
    }
    start.saturating_add(closed(head(line, word), quoted))
}

/// The length of a query without the marks that close what it stands in.
fn closed(query: &str, quoted: bool) -> usize {
    let mut query = query;
    loop {
        let odd = |mark: char| query.matches(mark).count() % 2 == 1;
        let unbalanced = query.matches(')').count() > query.matches('(').count();
        let cut = match query.chars().next_back() {
            Some(')') => unbalanced,
            Some('"') => odd('"') && !quoted,
            Some('\'' | '`' | '>' | ']' | ',' | ';' | '\\' | '|') => !quoted,
            Some('}') => query.matches('}').count() > query.matches('{').count(),
            Some('.') => !query.ends_with("..."),
            _ => false,
        };
        if !cut {
            break;
        }
        query = head(query, query.len().saturating_sub(1));
    }
    if quoted {
        return query.len();
    }
    // An unquoted URL ends at a quote that is not its filter's.
    match query.find(['"', '\'', '`', '<']) {
        Some(at) if !is_filters_quote(head(query, at)) && !tail(query, at).starts_with("<") => at,
        _ => query.len(),
    }
}

/// Whether a quote after `before` opens a value: `filter=eventType+eq+`.
fn is_filters_quote(before: &str) -> bool {
    let before = before.trim_end_matches('\\');
    before.contains("filter=") && (before.ends_with(['+', ' ']) || before.ends_with("%20"))
}

fn params(text: &str, query: Range<usize>) -> Vec<(Range<usize>, Range<usize>)> {
    let mut params = Vec::new();
    let mut start = query.start;
    for param in part(text, query).split('&') {
        let end = start.saturating_add(param.len());
        // As HTML writes an ampersand.
        let skip = if param.starts_with("amp;") { 4 } else { 0 };
        let name_start = start.saturating_add(skip);
        let name_end = param.find('=').map_or(end, |at| start.saturating_add(at));
        if name_end > name_start {
            params.push((
                name_start..name_end,
                name_end.saturating_add(1).min(end)..end,
            ));
        }
        start = end.saturating_add(1);
    }
    params
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_end_where_they_should() {
        for (text, quoted, expected) in [
            (
                "see https://x.okta.com/api/v1/logs?limit=5, and",
                false,
                "https://x.okta.com/api/v1/logs?limit=5",
            ),
            ("(/api/v1/logs?q=a)", false, "/api/v1/logs?q=a"),
            (
                "/api/v1/logs?filter=eventType eq \"x\" &since=2 and",
                false,
                "/api/v1/logs?filter=eventType eq \"x\" &since=2",
            ),
            (
                "/api/v1/logs?filter=target.id eq \"0oa111\"&since=...",
                false,
                "/api/v1/logs?filter=target.id eq \"0oa111\"&since=...",
            ),
            (
                "/api/v1/logs?filter=eventType+eq+\"x\"",
                false,
                "/api/v1/logs?filter=eventType+eq+\"x\"",
            ),
            (
                "https://${HOST}/api/v1/events",
                true,
                "https://${HOST}/api/v1/events",
            ),
            (
                "{{url}}/api/v1/events?limit=100",
                true,
                "{{url}}/api/v1/events?limit=100",
            ),
            (
                "GET <https://x/api/v1/logs>",
                false,
                "https://x/api/v1/logs",
            ),
        ] {
            let at = text.find("/api/v1/").unwrap();
            let request = request(text, at, quoted).unwrap();
            assert_eq!(part(text, request.span), expected, "{text}");
        }
        for text in [
            "/api/v1/logs-queries",
            "/api/v1/logstreams",
            "/api/v1/events/{id}",
            "/api/v1/events_x",
        ] {
            assert!(request(text, 0, false).is_none(), "{text}");
        }
    }
}
