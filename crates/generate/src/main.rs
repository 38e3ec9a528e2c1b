//! Writes an archive of made-up legacy events to stdout.

use std::io::{self, Write as _};

use anyhow::{Context as _, Result};
use clap::Parser;

/// Write an archive of made-up legacy events (NDJSON) to stdout
#[derive(Debug, Parser)]
#[command(name = "events2logs-generate")]
struct Arguments {
    /// How much: bytes, or with a unit (1K, 500M, 100G)
    #[arg(value_parser = size)]
    size: u64,
    /// Another seed, another archive
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Reads a number of bytes with an optional decimal unit.
fn size(text: &str) -> Result<u64> {
    let number = text.trim_end_matches(['k', 'K', 'm', 'M', 'g', 'G']);
    let unit = match text.get(number.len()..).unwrap_or_default() {
        "" => 1,
        "k" | "K" => 1_000,
        "m" | "M" => 1_000_000,
        "g" | "G" => 1_000_000_000,
        other => anyhow::bail!("{other} is no unit: expected K, M or G"),
    };
    let number: u64 = number.parse().context("expected a number of bytes")?;
    number.checked_mul(unit).context("too large")
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let mut out = io::stdout().lock();
    match events2logs_generate::ndjson(arguments.seed, arguments.size, &mut out) {
        Ok((bytes, events)) => {
            writeln!(io::stderr(), "{events} events, {bytes} bytes")?;
            Ok(())
        }
        // Whoever reads has enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(error).context("cannot write"),
    }
}
