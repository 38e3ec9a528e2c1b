//! A source line with the span of an error marked under it, as rustc prints them.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use events2logs_mapping::query::QueryError;

use crate::style::{ERROR, styled, visible};

/// What is wrong at one place of a text.
pub(crate) struct Finding<'a> {
    /// Where the text is from: a file, or what the text is.
    pub(crate) origin: &'a str,
    pub(crate) source: &'a str,
    pub(crate) span: Range<usize>,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

/// Renders an error, in colours; the stream takes them away where they are not wanted.
pub(crate) fn error(finding: &Finding<'_>) -> String {
    let look = Look {
        level: Level::ERROR,
        code: None,
        first: 1,
        place: None,
        note: None,
    };
    render(finding, &look)
}

/// What there is to a finding beside an error's text.
pub(crate) struct Look<'a> {
    pub(crate) level: Level<'static>,
    pub(crate) code: Option<&'a str>,
    /// The line that the source begins at.
    pub(crate) first: usize,
    /// Line and column, where they cannot be told from a source that was cut.
    pub(crate) place: Option<(usize, usize)>,
    pub(crate) note: Option<&'a str>,
}

/// Renders a finding, in colours.
pub(crate) fn render(finding: &Finding<'_>, look: &Look<'_>) -> String {
    // Escapes would move the span; what a terminal would obey is shown as a blank instead.
    let source: String = finding
        .source
        .chars()
        .map(|character| {
            if visible(character.encode_utf8(&mut [0; 4])).starts_with('\\')
                && character != '\n'
                && character != '\\'
            {
                // One character of as many bytes, so that spans and columns stay as they are.
                match character.len_utf8() {
                    1 => " ",
                    2 => "·",
                    _ => "\u{fffd}",
                }
                .to_owned()
            } else {
                character.to_string()
            }
        })
        .collect();
    let start = finding.span.start.min(source.len());
    let end = finding.span.end.clamp(start, source.len());
    let origin = visible(finding.origin);
    let snippet = Snippet::source(source.as_str())
        .line_start(look.first)
        .annotation(AnnotationKind::Primary.span(start..end));
    let mut title = look.level.clone().primary_title(visible(&finding.message));
    if let Some(code) = look.code {
        title = title.id(code);
    }
    let mut group = match look.place {
        None => title.element(snippet.path(origin)),
        Some((line, column)) => title
            .element(Origin::path(origin).line(line).char_column(column))
            .element(snippet),
    };
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(visible(help)));
    }
    if let Some(note) = look.note {
        group = group.element(Level::NOTE.message(note));
    }
    let rendered = Renderer::styled().render(&[group]);
    if look.place.is_none() {
        return rendered;
    }
    // The renderer names the file of a source anew, also where it has none.
    let says = |line: &&str| anstream::adapter::strip_str(line).to_string().trim() != ":::";
    rendered.lines().filter(says).collect::<Vec<_>>().join("\n")
}

/// Renders why `query` cannot be read.
pub(crate) fn query_error(origin: &str, query: &str, error: &QueryError) -> String {
    match error {
        QueryError::Filter { filter, errors } => {
            // Spans are within the filter, which a URL holds encoded.
            let origin = if filter.trim() == query.trim() {
                origin.to_owned()
            } else {
                format!("filter of {origin}")
            };
            let rendered = errors.errors().iter().map(|found| {
                let finding = Finding {
                    origin: &origin,
                    source: filter,
                    span: found.span.start..found.span.end,
                    message: found.message(),
                    help: found.help().map(Into::into),
                };
                format!("{}\n", self::error(&finding))
            });
            rendered.collect()
        }
        QueryError::OpenQuote { span } => {
            let finding = Finding {
                origin,
                source: query.trim(),
                span: span.start..span.end,
                message: error.to_string(),
                help: None,
            };
            format!("{}\n", self::error(&finding))
        }
        QueryError::Empty | QueryError::NoUrl => {
            format!("{} {origin}: {error}\n", styled(ERROR, "error:"))
        }
    }
}
