//! What kind of query a text is, and how its parts are put back.

use std::ops::Range;

use events2logs_filter::Span;

use super::encoding::Style;
use super::params::{Param, of_query_string};
use super::report::QueryError;
use super::shell::{Word, words};

/// A query, taken apart.
#[derive(Debug)]
pub(super) enum Input {
    /// A filter by itself, maybe percent-encoded.
    Filter(Param),
    /// Parameters, maybe after a URL, maybe within a command.
    Request(RequestText),
}

/// A request as text: its parameters, and all around them.
#[derive(Debug)]
pub(super) struct RequestText {
    /// In their order.
    pub(super) params: Vec<Param>,
    url: UrlText,
    /// The command around it.
    command: Option<Command>,
}

/// A URL without its parameters.
#[derive(Debug, Default)]
struct UrlText {
    /// Up to the question mark, the endpoint rewritten; `None` for bare parameters.
    base: Option<String>,
    question_mark: bool,
    /// Whether the endpoint was that of the System Log API from the start.
    was_logs: bool,
    fragment: String,
    /// How many of the parameters stand in it; those after are arguments of the command.
    params: usize,
}

#[derive(Debug)]
struct Command {
    text: String,
    url: Word,
    /// For each parameter that is an argument: its option and its word.
    arguments: Vec<(Range<usize>, Word)>,
}

/// Tells what kind of query `text` is.
pub(super) fn read(text: &str) -> Result<Input, QueryError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(QueryError::Empty);
    }
    if text.split_whitespace().next() == Some("curl") {
        return command(text).map(Input::Request);
    }
    if let Some((params, url)) = url(text) {
        return Ok(Input::Request(RequestText {
            params,
            url,
            command: None,
        }));
    }
    if text.contains("://") && !text.contains([' ', '"']) {
        return Err(QueryError::NoUrl);
    }
    let looks_encoded =
        !text.contains([' ', '"']) && (text.contains("%20") || text.contains("%22"));
    Ok(Input::Filter(if looks_encoded {
        Param {
            value: Style::of(text).decode(text),
            ..Param::of_url(&format!("filter={text}"))
        }
    } else {
        Param::untouched(&format!("filter={text}"))
    }))
}

/// Reads a URL, a part of one, or bare parameters; `None` if `text` is neither.
fn url(text: &str) -> Option<(Vec<Param>, UrlText)> {
    const PARAMETERS: [&str; 8] = [
        "startDate",
        "filter",
        "limit",
        "after",
        "since",
        "until",
        "sortOrder",
        "q",
    ];
    let starts_with_parameter = text
        .split_once('=')
        .is_some_and(|(name, _)| PARAMETERS.contains(&name.trim_start_matches('?')));
    if starts_with_parameter {
        let (question_mark, query) = match text.strip_prefix('?') {
            Some(query) => (true, query),
            None => (false, text),
        };
        let params = of_query_string(query);
        let url = UrlText {
            question_mark,
            params: params.len(),
            ..UrlText::default()
        };
        return Some((params, url));
    }
    let (base, rest) = match text.split_once('?') {
        Some((base, rest)) => (base, Some(rest)),
        None => (text, None),
    };
    let last = base.trim_end_matches('/').rsplit('/').next();
    let is_endpoint = base.contains("/api/v1/") || matches!(last, Some("events" | "logs"));
    if base.contains([' ', '"']) || !is_endpoint {
        return None;
    }
    // A number sign within a filter's quotes is no fragment; one that ends a URL is.
    let (query, fragment) = match rest {
        Some(rest) => match rest.rsplit_once('#') {
            Some((query, fragment)) if !fragment.contains(['"', '&', ' ']) => {
                (query, format!("#{fragment}"))
            }
            _ => (rest, String::new()),
        },
        None => ("", String::new()),
    };
    let params = of_query_string(query);
    let url = UrlText {
        base: Some(endpoint(base)),
        question_mark: rest.is_some(),
        was_logs: last == Some("logs"),
        fragment,
        params: params.len(),
    };
    Some((params, url))
}

/// `…/events` becomes `…/logs`.
fn endpoint(base: &str) -> String {
    let (path, slash) = match base.strip_suffix('/') {
        Some(path) => (path, "/"),
        None => (base, ""),
    };
    match path.strip_suffix("events") {
        Some(before) if before.is_empty() || before.ends_with('/') => {
            format!("{before}logs{slash}")
        }
        _ => base.to_owned(),
    }
}

/// Reads a `curl` command: the URL, and with `-G` the data arguments, which are parameters.
fn command(text: &str) -> Result<RequestText, QueryError> {
    let words = words(text).map_err(|at| QueryError::OpenQuote {
        span: Span::new(at, text.len()),
    })?;
    let in_query = words
        .iter()
        .any(|word| matches!(word.text.as_str(), "-G" | "--get"));
    let found = words.iter().find_map(|word| {
        let is_candidate = word.text.contains("://") || word.text.contains("/api/v1/");
        let (params, url) = is_candidate.then(|| url(&word.text))??;
        Some((word, params, url))
    });
    let (url_word, mut params, url) = found.ok_or(QueryError::NoUrl)?;
    let mut arguments = Vec::new();
    for pair in words.windows(2) {
        let [option, word] = pair else { continue };
        let param = match option.text.as_str() {
            "--data-urlencode" if in_query => Param::untouched(&word.text),
            "-d" | "--data" | "--data-ascii" | "--data-raw" if in_query => {
                Param::of_url(&word.text)
            }
            _ => continue,
        };
        params.push(param);
        arguments.push((option.place.clone(), word.clone()));
    }
    let url_word = url_word.clone();
    Ok(RequestText {
        params,
        url,
        command: Some(Command {
            text: text.to_owned(),
            url: url_word,
            arguments,
        }),
    })
}

/// A request as it is printed, and its URL where it has one.
pub(super) struct Written {
    pub(super) query: String,
    pub(super) url: Option<String>,
}

impl RequestText {
    /// Whether it names an endpoint.
    pub(super) fn has_url(&self) -> bool {
        self.url.base.is_some()
    }

    /// Whether it names the endpoint of the System Log API.
    pub(super) fn is_system_log(&self) -> bool {
        self.url.was_logs
    }

    /// Puts the request back together. `params` holds, for each of the original parameters,
    /// what takes its place, and at last what is added.
    pub(super) fn write(&self, params: &[Vec<String>]) -> Written {
        let in_url: Vec<&str> = params
            .iter()
            .take(self.url.params)
            .chain(params.last().filter(|_| self.command_arguments() == 0))
            .flatten()
            .map(String::as_str)
            .collect();
        let url = self.url.write(&in_url);
        let Some(command) = &self.command else {
            return Written {
                url: self.has_url().then(|| url.clone()),
                query: url,
            };
        };
        let mut edits: Vec<(Range<usize>, String)> =
            vec![(command.url.place.clone(), command.url.like(&url))];
        let arguments = params.get(self.url.params..).unwrap_or_default();
        for (at, (option, word)) in command.arguments.iter().enumerate() {
            let is_last = at.saturating_add(1) == command.arguments.len();
            let own = arguments.get(at).into_iter().flatten();
            let added = arguments.last().filter(|_| is_last).into_iter().flatten();
            let flag = command.text.get(option.clone()).unwrap_or_default();
            let texts: Vec<String> = own
                .chain(added)
                .map(|text| format!("{flag} {}", word.like(text)))
                .collect();
            edits.push((option.start..word.place.end, texts.join(" ")));
        }
        Written {
            query: edited(&command.text, edits),
            url: Some(url),
        }
    }

    fn command_arguments(&self) -> usize {
        self.command.as_ref().map_or(0, |it| it.arguments.len())
    }
}

impl UrlText {
    fn write(&self, params: &[&str]) -> String {
        let query = params.join("&");
        let mark = if query.is_empty() || (self.base.is_none() && !self.question_mark) {
            ""
        } else {
            "?"
        };
        let base = self.base.as_deref().unwrap_or_default();
        format!("{base}{mark}{query}{}", self.fragment)
    }
}

/// `text` with the places of `edits`, which do not overlap, replaced.
fn edited(text: &str, mut edits: Vec<(Range<usize>, String)>) -> String {
    edits.sort_by_key(|(place, _)| place.start);
    let mut out = String::new();
    let mut done = 0;
    for (place, replacement) in edits {
        out.push_str(text.get(done..place.start).unwrap_or_default());
        out.push_str(&replacement);
        done = place.end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}
