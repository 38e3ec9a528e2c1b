//! Which API a parameter belongs to that is given beside the URL: `-d startDate=…`,
//! `params={"startDate": …}`.

use std::collections::BTreeSet;
use std::ops::Range;

use super::text::{byte, byte_before, head, line_end, line_start, part, prefix, tail};

/// An API of Okta's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Api {
    Logs,
    Events,
    /// Any other.
    Other,
}

/// The URLs of a text, with the names of the variables that hold them.
pub(super) type Urls = BTreeSet<(Option<String>, Api)>;

const PATH: &str = "/api/v1/";

/// No more URLs of a text are looked at.
const MOST: usize = 64;

/// How far a statement is followed either way.
const REACH: usize = 2000;

/// How many brackets around a place belong to its statement.
const DEEPEST: usize = 4;

/// The URLs of a text.
pub(super) fn urls(text: &str) -> Urls {
    text.match_indices(PATH)
        .take(MOST)
        .map(|(at, _)| {
            (
                variable(part(text, line_start(text, at)..at)),
                api_at(text, at),
            )
        })
        .collect()
}

fn api_at(text: &str, at: usize) -> Api {
    let path = tail(text, at.saturating_add(PATH.len()));
    match head(
        path,
        prefix(path, |it| it.is_alphanumeric() || "_-/".contains(it)),
    )
    .trim_end_matches('/')
    {
        "logs" => Api::Logs,
        "events" => Api::Events,
        _ => Api::Other,
    }
}

/// The variable that a line gives a value to.
pub(super) fn variable(line: &str) -> Option<String> {
    let end = line.find(['=', ':'])?;
    let before = head(line, end).trim_end_matches([' ', '"', '\'', '?']);
    let name = tail(before, before.trim_end_matches(is_name).len());
    (!name.is_empty() && !before.contains('(')).then(|| name.to_owned())
}

fn is_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

/// The API that the statement at `at` calls, and whether the text itself says so.
pub(super) fn api(text: &str, at: usize, urls: &Urls) -> Option<(Api, bool)> {
    let statement = statement(text, at);
    let called = called(part(text, statement.clone()), urls);
    if !called.is_empty() {
        return Some((only(called)?, true));
    }
    // `params = {…}`, and then `get(url, params=params)`.
    let line = part(text, statement.start..line_end(text, statement.start));
    let ceiling = text.floor_char_boundary(statement.end.saturating_add(REACH).min(text.len()));
    let passed = variable(line).and_then(|name| {
        part(text, statement.end..ceiling)
            .lines()
            .filter(|line| line.split(|it| !is_name(it)).any(|it| it == name))
            .find_map(|line| only(self::called(line, urls)))
    });
    if let Some(api) = passed {
        return Some((api, true));
    }
    let all = urls.iter().map(|(_, api)| *api);
    Some((only(all.filter(|it| *it != Api::Other).collect())?, false))
}

fn only(found: BTreeSet<Api>) -> Option<Api> {
    match found.len() {
        1 => found.into_iter().next(),
        _ => None,
    }
}

/// The APIs that a statement calls by path, or else by a variable.
fn called(statement: &str, urls: &Urls) -> BTreeSet<Api> {
    let spelled: BTreeSet<Api> = statement
        .match_indices(PATH)
        .map(|(at, _)| api_at(statement, at))
        .chain(ends_of_paths(statement))
        .collect();
    if !spelled.is_empty() {
        return spelled;
    }
    let is_word = |name: &str| statement.split(|it| !is_name(it)).any(|it| it == name);
    urls.iter()
        .filter(|(name, _)| name.as_deref().is_some_and(is_word))
        .map(|(_, api)| *api)
        .collect()
}

/// `f"{base}/logs"`: a path whose start stands elsewhere.
fn ends_of_paths(statement: &str) -> impl Iterator<Item = Api> {
    [("/logs", Api::Logs), ("/events", Api::Events)]
        .into_iter()
        .filter(move |(path, _)| {
            statement.match_indices(path).any(|(at, _)| {
                let next = byte(statement, at.saturating_add(path.len()));
                matches!(next, b'"' | b'\'' | b'`' | b'?') && !head(statement, at).ends_with("v1")
            })
        })
        .map(|(_, api)| api)
}

/// The statement around `at`: what stands in the brackets around it and on their lines, or the
/// line with those that carry it on.
fn statement(text: &str, at: usize) -> Range<usize> {
    let floor = text.floor_char_boundary(at.saturating_sub(REACH));
    let ceiling = text.floor_char_boundary(at.saturating_add(REACH).min(text.len()));
    let mut open = at;
    let mut depth = 0_usize;
    for _ in 0..DEEPEST {
        match opening(text, open, floor) {
            Some(outer) if !is_block(text, outer) => {
                open = outer;
                depth = depth.saturating_add(1);
            }
            _ => break,
        }
    }
    let mut start = line_start(text, open);
    // `.get(…)` goes on with the line before, and so does what a script breaks.
    while start > floor {
        let goes_on = tail(text, start)
            .trim_start_matches([' ', '\t'])
            .starts_with('.')
            || head(text, start)
                .trim_end_matches(['\n', '\r', ' '])
                .ends_with(['\\', '`']);
        if !goes_on {
            break;
        }
        start = line_start(text, start.saturating_sub(1));
    }
    let mut end = closing(text, at, depth, ceiling);
    loop {
        end = line_end(text, end);
        let goes_on = part(text, start..end).trim_end().ends_with(['\\', '`']);
        if !goes_on || end >= ceiling {
            return start.max(floor)..end.min(ceiling).max(at);
        }
        let rest = tail(text, end);
        end = end.saturating_add(
            rest.find('\n')
                .map_or(rest.len(), |it| it.saturating_add(1)),
        );
    }
}

/// The bracket around `at` that opens last.
pub(super) fn opening(text: &str, at: usize, floor: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut here = at;
    while here > floor {
        match byte_before(text, here) {
            b')' | b']' | b'}' => depth = depth.saturating_add(1),
            b'(' | b'[' | b'{' => match depth.checked_sub(1) {
                Some(left) => depth = left,
                None => return here.checked_sub(1),
            },
            _ => {}
        }
        here = here.saturating_sub(1);
    }
    None
}

/// Where the bracket closes that is the `depth`th around `at`.
pub(super) fn closing(text: &str, at: usize, depth: usize, ceiling: usize) -> usize {
    let mut left = depth;
    let mut inner = 0_usize;
    let mut here = at;
    while left > 0 && here < ceiling {
        match byte(text, here) {
            b'(' | b'[' | b'{' => inner = inner.saturating_add(1),
            b')' | b']' | b'}' => match inner.checked_sub(1) {
                Some(fewer) => inner = fewer,
                None => left = left.saturating_sub(1),
            },
            _ => {}
        }
        here = here.saturating_add(1);
    }
    text.floor_char_boundary(here)
}

/// Whether a brace opens a block of statements, not a map.
fn is_block(text: &str, at: usize) -> bool {
    let before = head(text, at).trim_end_matches([' ', '\t']);
    byte(text, at) == b'{'
        && (before.ends_with([')', ';', '}', '{'])
            || before.ends_with("=>")
            || before.ends_with('\n')
            || ["else", "try", "do", "finally", "main"]
                .iter()
                .any(|it| before.ends_with(it)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_api_is_called() {
        use Api::{Events, Logs, Other};
        for (text, expected) in [
            ("curl -G https://x/api/v1/logs -d HERE", Some((Logs, true))),
            (
                "curl -G \\\n  https://x/api/v1/events \\\n  -d HERE\ncurl https://x/api/v1/logs",
                Some((Events, true)),
            ),
            (
                "LOGS=https://x/api/v1/logs\nE=https://x/api/v1/events\ncurl $LOGS -d HERE",
                Some((Logs, true)),
            ),
            (
                "get('https://x/api/v1/apps', params={HERE})\nget('https://x/api/v1/logs')",
                Some((Other, true)),
            ),
            (
                "get(\n  f'{base}/logs',\n  params={\n    HERE\n  },\n)",
                Some((Logs, true)),
            ),
            (
                "url = 'https://x/api/v1/logs'\ndef f(s):\n  p = {HERE}\n",
                Some((Logs, false)),
            ),
            (
                "a = '/api/v1/logs'\nb = '/api/v1/events'\np = {HERE}\nget(b, p)",
                Some((Events, true)),
            ),
            ("a = '/api/v1/logs'\nb = '/api/v1/events'\np = {HERE}", None),
            (
                "function f() {\n  get('/api/v1/logs');\n  const p = {HERE};\n  g('/api/v1/events')\n}",
                None,
            ),
            (
                "parse(base + \"/api/v1/logs\")\n  .newBuilder()\n  .add(HERE)",
                Some((Logs, true)),
            ),
            ("p = {HERE}", None),
        ] {
            let at = text.find("HERE").unwrap();
            assert_eq!(api(text, at, &urls(text)), expected, "{text}");
        }
    }
}
