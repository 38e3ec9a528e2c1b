//! `startDate` beside a URL, as an option of a script or a key of a program's map.

use std::ops::Range;

use super::call::{self, Api};
use super::text::{byte, head, line_start, part, prefix, tail};
use super::words::is_word;
use super::{Found, Place, Scanner, request, shape, site::Site};

/// The parameter as a key of a map.
#[derive(Debug, Clone)]
pub(in crate::check) struct StartDate {
    /// The key, without quotes.
    pub(in crate::check) name: Place,
    /// What the key has to become.
    pub(in crate::check) renamed: &'static str,
    /// Whether the map has no `since` as well.
    pub(in crate::check) is_alone: bool,
    /// Its value, where it is written down.
    pub(in crate::check) value: Option<(Place, String)>,
}

const NAME: &str = "startDate";

/// How far the map around a key is looked for.
const REACH: usize = 2000;

/// What the name of a map or a method has that holds or takes parameters.
const NAMES: [&str; 12] = [
    "param", "query", "qs", "payload", "body", "args", "search", "set", "add", "append", "put",
    "data",
];

/// Types: `startDate: string` is no value.
const TYPES: [&str; 9] = [
    "string", "String", "Date", "number", "any", "Moment", "Dayjs", "DateTime", "unknown",
];

impl Scanner<'_, '_> {
    /// Looks at the word at `at`.
    pub(super) fn start_date(&mut self, at: usize) {
        let word = super::words::word_at(self.text, at);
        let is_parameter = tail(self.text, word.end).starts_with('=');
        // Other products have logs with a start date.
        if word.start != at || word.len() != NAME.len() || !self.about_okta() {
            return;
        }
        let site = self.site(at);
        if is_parameter && self.spelled(&site) {
            let text = site.text(self.text);
            let end = shape::parameters_end(text, site.at, site.quoted());
            let request = request::parameters(text, site.at, end, !site.quoted());
            self.request(request, site.layers);
        } else if let Some(key) = self.key(site) {
            let span = key.name.whole();
            self.found.push((span, Found::StartDate(key)));
        }
    }

    /// The API that the statement calls.
    pub(super) fn api(&self, text: &str, at: usize) -> Option<(Api, bool)> {
        let urls = self.urls.get_or_init(|| call::urls(self.text));
        call::api(text, at, urls)
    }

    /// Whether `startDate=` is a parameter of a request to `/logs`: an option of a script, or a
    /// part of a query string.
    fn spelled(&self, site: &Site) -> bool {
        let text = site.text(self.text);
        let before = head(text, site.at);
        let goes_on = before.ends_with(['?', '&']) && site.quoted();
        let (outer, outer_at) = self.outside(site);
        let option = head(outer, outer_at).trim_end_matches(['"', '\'']);
        let word = option.trim_end_matches([' ', '=']);
        let word = tail(word, word.trim_end_matches(is_word).len());
        let is_option =
            matches!(word, "-d" | "-F") || word.starts_with("--data") || word == "--url-query";
        let is_first = before.is_empty() && site.quoted() && !self.family.is_code();
        (goes_on || is_option || is_first)
            && self
                .api(outer, outer_at)
                .is_some_and(|(api, sure)| api == Api::Logs && (sure || is_option))
    }

    /// The text around the innermost literal, and where that starts.
    pub(super) fn outside<'a>(&'a self, site: &'a Site) -> (&'a str, usize) {
        let Some((inner, outer)) = site.layers.split_last() else {
            return (self.text, site.at);
        };
        let text = outer.last().map_or(self.text, |layer| layer.text.as_str());
        (text, inner.below(0..0).start)
    }

    /// A key of a map of parameters for `/logs`.
    fn key(&self, mut site: Site) -> Option<StartDate> {
        let is_quoted = site.quoted() && site.text(self.text) == NAME;
        let (text, at) = if is_quoted {
            let (_, at) = self.outside(&site);
            site.layers.pop();
            (
                site.layers
                    .last()
                    .map_or(self.text, |layer| layer.text.as_str()),
                at,
            )
        } else {
            (site.text(self.text), site.at)
        };
        let name = at..at.checked_add(NAME.len())?;
        let (separator, value) = separator(text, name.end, is_quoted)?;
        let open = call::opening(text, at, text.floor_char_boundary(at.saturating_sub(REACH)))?;
        let holder = part(text, line_start(text, open)..open).to_ascii_lowercase();
        let is_named = holder
            .rsplit([' ', '(', ',', '.'])
            .take(3)
            .any(|it| NAMES.iter().any(|name| it.contains(name)));
        let fits = match (byte(text, open), separator) {
            (b'{', ":" | "=>") => true,
            (b'{', "=") => holder.ends_with('@'),
            (b'{', "," | "}") => {
                let before = head(text, at).trim_end();
                !is_quoted && is_named && before.ends_with(['{', ','])
            }
            (b'(', "=") => holder.ends_with("dict"),
            (b'(' | b'[', "," | "]") => is_quoted && is_named,
            (b'[', "=>") => is_quoted,
            _ => false,
        };
        let (api, sure) = self.api(text, at).filter(|_| fits)?;
        if api != Api::Logs || !(sure || is_named) {
            return None;
        }
        let is_short = !is_quoted && matches!(separator, "," | "}");
        // Two of one name are none.
        let reach = text.floor_char_boundary(at.saturating_add(REACH).min(text.len()));
        let map = part(text, open..call::closing(text, at, 1, reach));
        let is_alone = !map.match_indices("since").any(|(at, it)| {
            let rest = tail(map, at.saturating_add(it.len()));
            rest.trim_start_matches(['"', '\'', ' ', ']'])
                .starts_with([':', '='])
        });
        let value = value.map(|range| {
            (
                Place::new(site.layers.clone(), range.clone()),
                part(text, range).to_owned(),
            )
        });
        Some(StartDate {
            name: Place::new(site.layers, name),
            renamed: if is_short {
                "since: startDate"
            } else {
                "since"
            },
            is_alone,
            value,
        })
    }
}

/// What stands between the key and its value, and the value where it is a string.
fn separator(
    text: &str,
    end: usize,
    is_quoted: bool,
) -> Option<(&'static str, Option<Range<usize>>)> {
    let mut at = end;
    if is_quoted {
        at = at.saturating_add(1);
    }
    let blank = |it: char| it == ' ' || it == '\t';
    at = at.saturating_add(prefix(tail(text, at), blank));
    let rest = tail(text, at);
    let found = if rest.starts_with("=>") {
        "=>"
    } else if rest.starts_with("==") {
        return None;
    } else {
        *[":", "=", ",", "]", "}"]
            .iter()
            .find(|it| rest.starts_with(**it))?
    };
    // `params["startDate"] = …`
    if found == "]" && !tail(rest, 1).trim_start_matches(blank).starts_with('=') {
        return None;
    }
    let skipped = rest.trim_start_matches([']', '=', '>', ':', ',', ' ', '\t']);
    let start = at.saturating_add(rest.len().saturating_sub(skipped.len()));
    let word = head(skipped, prefix(skipped, is_word));
    if found == ":" && TYPES.contains(&word) {
        return None;
    }
    let quote = skipped
        .chars()
        .next()
        .filter(|it| matches!(it, '"' | '\'' | '`'));
    let value = quote.filter(|_| found != "}").and_then(|quote| {
        let inner = start.checked_add(1)?;
        let len = part(text, inner..super::text::line_end(text, inner)).find(quote)?;
        Some(inner..inner.checked_add(len)?)
    });
    Some((found, value))
}
