//! A source line with the span of an error marked under it, as rustc prints them.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::style::visible;

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
    render(finding, Level::ERROR, None, 1, None)
}

/// Renders a finding in a source that begins at line `first`.
pub(crate) fn render(
    finding: &Finding<'_>,
    level: Level<'static>,
    code: Option<&str>,
    first: usize,
    note: Option<&str>,
) -> String {
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
    let snippet = Snippet::source(source.as_str())
        .line_start(first)
        .path(visible(finding.origin))
        .annotation(AnnotationKind::Primary.span(start..end));
    let mut title = level.primary_title(visible(&finding.message));
    if let Some(code) = code {
        title = title.id(code);
    }
    let mut group = title.element(snippet);
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(visible(help)));
    }
    if let Some(note) = note {
        group = group.element(Level::NOTE.message(note));
    }
    Renderer::styled().render(&[group])
}
