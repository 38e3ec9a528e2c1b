//! `events2logs.toml`.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use events2logs_batch::check::{Globs, Layer, Selector};
use events2logs_mapping::check::Rule;
use jiff::Timestamp;
use serde::Deserialize;
use toml::Spanned;

/// What a file of settings is called.
const NAME: &str = "events2logs.toml";

/// What is written in the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    include: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    exclude: Vec<Spanned<String>>,
    select: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    ignore: Vec<Spanned<String>>,
    #[serde(default)]
    per_path_ignores: BTreeMap<Spanned<String>, Vec<Spanned<String>>>,
    #[serde(default)]
    mappings: Vec<PathBuf>,
    now: Option<Spanned<toml::Value>>,
}

/// What it means.
#[derive(Debug, Default)]
pub(crate) struct Config {
    pub(crate) include: Option<Globs>,
    pub(crate) exclude: Option<Globs>,
    pub(crate) rules: Layer,
    pub(crate) per_path_ignores: Vec<(Globs, Vec<Selector>)>,
    pub(crate) mappings: Vec<PathBuf>,
    pub(crate) now: Option<Timestamp>,
}

/// Something in the file that has no meaning.
#[derive(Debug)]
pub(crate) struct Mistake {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
    pub(crate) span: Range<usize>,
    pub(crate) message: String,
}

/// The nearest file of settings in `folder` or above it.
pub(crate) fn nearest(folder: &Path) -> Option<PathBuf> {
    let mut all = folder.ancestors().map(|folder| folder.join(NAME));
    all.find(|path| path.is_file())
}

/// Reads a file of settings. Paths that are asked for are relative to `from`.
pub(crate) fn read(path: &Path, from: &Path, rules: &[Rule]) -> Result<Result<Config, Mistake>> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let folder = from.join(path.parent().unwrap_or(Path::new("")));
    Ok(
        parse(&text, &folder, from, rules).map_err(|(span, message)| Mistake {
            path: path.to_owned(),
            text,
            span,
            message,
        }),
    )
}

type Misread = (Range<usize>, String);

fn parse(text: &str, folder: &Path, from: &Path, rules: &[Rule]) -> Result<Config, Misread> {
    let written: Written = toml::from_str(text).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        (span, error.message().to_owned())
    })?;
    let globs = |patterns: &[Spanned<String>]| {
        // One by one, so that a mistake has its place.
        for pattern in patterns {
            Globs::new(from, folder, [pattern.get_ref().as_str()])
                .map_err(|error| (pattern.span(), error.to_string()))?;
        }
        let all = patterns.iter().map(|it| it.get_ref().as_str());
        Globs::new(from, folder, all).map_err(|error| (0..0, error.to_string()))
    };
    let selectors = |codes: &[Spanned<String>]| -> Result<Vec<Selector>, Misread> {
        let one = |code: &Spanned<String>| {
            selector(code.get_ref(), rules).map_err(|message| (code.span(), message))
        };
        codes.iter().map(one).collect()
    };
    let now = written.now.map(|now| {
        let text = match now.get_ref() {
            toml::Value::String(text) => text.clone(),
            toml::Value::Datetime(time) => time.to_string(),
            // Which is no time.
            _ => String::new(),
        };
        crate::args::time(&text).map_err(|message| (now.span(), message))
    });
    Ok(Config {
        include: written.include.as_deref().map(globs).transpose()?,
        exclude: Some(globs(&written.exclude)?),
        rules: Layer {
            select: written.select.as_deref().map(selectors).transpose()?,
            ignore: selectors(&written.ignore)?,
        },
        per_path_ignores: written
            .per_path_ignores
            .iter()
            .map(|(pattern, codes)| Ok((globs(std::slice::from_ref(pattern))?, selectors(codes)?)))
            .collect::<Result<_, Misread>>()?,
        mappings: written
            .mappings
            .iter()
            .map(|path| folder.join(path))
            .collect(),
        now: now.transpose()?,
    })
}

/// Reads a selector that stands for at least one of `rules`.
fn selector(text: &str, rules: &[Rule]) -> Result<Selector, String> {
    let selector: Selector = text
        .parse()
        .map_err(|error: events2logs_batch::check::SelectorError| error.to_string())?;
    known(&selector, rules)?;
    Ok(selector)
}

/// Refuses a selector that stands for none of `rules`.
pub(crate) fn known(selector: &Selector, rules: &[Rule]) -> Result<(), String> {
    if rules.iter().any(|rule| selector.covers(rule.code)) {
        Ok(())
    } else {
        Err(format!("there is no rule {selector}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::examples::RULES;
    use crate::check::{mistake, settings_of};

    fn read_here(text: &str) -> Result<Config, Misread> {
        parse(text, Path::new("/repo"), Path::new("/repo/sub"), &RULES)
    }

    #[test]
    fn everything() {
        let config = read_here(
            r#"
            include = ["*.py"]
            exclude = ["vendor/"]
            select = ["E2L1", "E2L201"]
            ignore = ["e2l401"]
            mappings = ["own.csv"]
            now = 2026-11-23T00:00:00Z
            [per-path-ignores]
            "tests/" = ["E2L2"]
            "#,
        )
        .unwrap();
        let fit =
            |globs: &Option<Globs>, path: &str| globs.as_ref().unwrap().fit(Path::new(path), false);
        assert!(fit(&config.include, "a.py") && !fit(&config.include, "a.tf"));
        assert!(fit(&config.exclude, "../vendor/a.py"));
        assert_eq!(config.rules.select.as_ref().unwrap().len(), 2);
        assert_eq!(config.rules.ignore.len(), 1);
        assert_eq!(config.mappings, [PathBuf::from("/repo/own.csv")]);
        assert_eq!(config.now.unwrap().to_string(), "2026-11-23T00:00:00Z");
        let same = read_here("now = \"2026-11-23\"").unwrap();
        assert_eq!(same.now, config.now);
        let settings = settings_of(config);
        for (path, code, expected) in [
            ("a.py", "E2L201", true),
            ("a.py", "E2L401", false),
            ("../tests/a.py", "E2L201", false),
            ("../tests/a.py", "E2L101", true),
        ] {
            assert_eq!(
                settings.takes(Path::new(path), code),
                expected,
                "{path} {code}"
            );
        }
        assert!(read_here("").is_ok());
    }

    #[test]
    fn mistakes_have_their_place() {
        let said: Vec<String> = [
            "exclude = [\"a\"]\ncolour = true\n",
            "select = [\"E2L1\",\n  \"W503\"]",
            "ignore = [\"E2L999\"]",
            "exclude = [\"ok\", \"b{\"]",
            "now = \"yesterday\"",
            "now = 7",
            "[per-path-ignores]\n\"b{\" = [\"E2L1\"]",
            "[per-path-ignores]\n\"x\" = \"E2L1\"",
            "include = ",
        ]
        .into_iter()
        .map(|text| {
            let (span, message) = read_here(text).unwrap_err();
            let rendered = mistake(&Mistake {
                path: PathBuf::from(NAME),
                text: text.to_owned(),
                span,
                message,
            });
            anstream::adapter::strip_str(&rendered).to_string()
        })
        .collect();
        insta::assert_snapshot!(said.join("\n\n"));
    }
}
