//! The parameters of a request.

use super::encoding::Style;

/// One parameter as it stands in a query string, or as an argument of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Param {
    /// As it is written, name, `=` and value.
    pub(super) text: String,
    pub(super) name: String,
    /// Decoded; empty where there is none.
    pub(super) value: String,
    pub(super) style: Style,
}

impl Param {
    /// Reads `name=value` of a URL.
    pub(super) fn of_url(text: &str) -> Self {
        let raw = text.split_once('=').map_or("", |(_, raw)| raw);
        Self::read(text, Style::of(raw))
    }

    /// Reads `name=value` whose value something else encodes.
    pub(super) fn untouched(text: &str) -> Self {
        Self::read(text, Style::Untouched)
    }

    fn read(text: &str, style: Style) -> Self {
        let (name, raw) = text.split_once('=').unwrap_or((text, ""));
        Self {
            text: text.to_owned(),
            name: name.to_owned(),
            value: style.decode(raw),
            style,
        }
    }

    /// A parameter written as this one is.
    pub(super) fn like(&self, name: &str, value: &str) -> String {
        format!("{name}={}", self.style.encode(value))
    }
}

/// Reads the parameters of a query string without its `?`.
pub(super) fn of_query_string(text: &str) -> Vec<Param> {
    text.split('&')
        .filter(|part| !part.is_empty())
        .map(Param::of_url)
        .collect()
}
