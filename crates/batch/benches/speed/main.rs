//! What the converter does a second, beside other programs and the limits, on one generated
//! archive: `cargo bench -p events2logs-batch`.
//!
//! Each row runs in a process of its own; the rows take turns, and the median of the runs
//! counts. MB are of input, plain, and "a core" is per second of processor time, so that other
//! work on the machine matters little. Reading the tables is not counted.
//!
//! `-- --size 1000M --runs 5 --only ours,read` changes what is measured; these are the usual size and
//! number.

#![allow(clippy::print_stdout, reason = "the table is what it is for")]

mod rows;
mod straightforward;
mod table;

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

use rows::{ROWS, Row};
use table::{Figures, Measured};

/// The size of the archive for programs that take long.
const SLOW_SIZE: u64 = 16_000_000;

/// Where the archives are.
#[derive(Debug)]
struct Archives {
    plain: PathBuf,
    gzip: PathBuf,
    small: PathBuf,
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|it| it != "--bench")
        .collect();
    if let [flag, name, archive] = arguments.as_slice()
        && flag == "--row"
    {
        let row = ROWS
            .iter()
            .find(|row| row.name == name)
            .context("no such row")?;
        let figures = rows::measure(row, Path::new(archive))?;
        println!("{} {} {}", figures.cpu, figures.wall, figures.peak_kib);
        return Ok(());
    }
    // `cargo test --all-targets` starts it too, and wants no table.
    if !std::env::args().any(|it| it == "--bench") {
        return Ok(());
    }
    let (mut size, mut runs, mut only) = (1_000_000_000, 5, None);
    for pair in arguments.chunks(2) {
        match pair {
            [flag, value] if flag == "--size" => size = read_size(value)?,
            [flag, value] if flag == "--runs" => runs = value.parse()?,
            [flag, value] if flag == "--only" => only = Some(value.clone()),
            other => bail!("{other:?}: expected --size 1000M, --runs 5 or --only ours,read"),
        }
    }
    let rows: Vec<&Row> = ROWS
        .iter()
        .filter(|row| {
            only.as_ref()
                .is_none_or(|only| only.split(',').any(|name| name == row.name))
        })
        .collect();
    let archives = generate(size)?;
    let mut measured: Vec<Measured> = rows.into_iter().map(Measured::new).collect();
    for _ in 0..runs {
        for one in &mut measured {
            one.runs.extend(run(one.row, &archives)?);
        }
    }
    table::print(&measured, size);
    Ok(())
}

fn read_size(text: &str) -> Result<u64> {
    let number: u64 = text
        .trim_end_matches('M')
        .parse()
        .context("--size: expected megabytes, 1000M")?;
    number.checked_mul(1_000_000).context("too large")
}

/// Writes the archives, the same at each start.
fn generate(size: u64) -> Result<Archives> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let archives = Archives {
        plain: folder.join("speed.ndjson"),
        gzip: folder.join("speed.ndjson.gz"),
        small: folder.join("speed-small.ndjson"),
    };
    for (path, size) in [(&archives.plain, size), (&archives.small, SLOW_SIZE)] {
        let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
        events2logs_generate::ndjson(1, size, &mut out)?;
    }
    // As archives come: what flate2 makes decodes a tenth faster.
    let status = Command::new("gzip")
        .args(["-c", "-6"])
        .arg(&archives.plain)
        .stdout(File::create(&archives.gzip)?)
        .status()
        .context("gzip")?;
    ensure!(status.success(), "gzip: {status}");
    Ok(archives)
}

/// Runs `row` in a process of its own; `None` if its program is not installed.
fn run(row: &Row, archives: &Archives) -> Result<Option<Figures>> {
    if row.program.is_some_and(|program| !rows::installed(program)) {
        return Ok(None);
    }
    let archive = match row.archive {
        rows::Archive::Plain => &archives.plain,
        rows::Archive::Gzip => &archives.gzip,
        rows::Archive::Small => &archives.small,
    };
    let output = Command::new(std::env::current_exe()?)
        .args(["--row", row.name])
        .arg(archive)
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let figures: Vec<f64> = text
        .split_whitespace()
        .filter_map(|it| it.parse().ok())
        .collect();
    let [cpu, wall, peak_kib] = figures.as_slice() else {
        bail!("{}: {}", row.name, String::from_utf8_lossy(&output.stderr));
    };
    let bytes = match row.archive {
        rows::Archive::Small => archives.small.metadata()?.len(),
        _ => archives.plain.metadata()?.len(),
    };
    #[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^52")]
    let megabytes = bytes as f64 / 1e6;
    Ok(Some(Figures {
        cpu: megabytes / cpu,
        wall: megabytes / wall,
        peak_kib: *peak_kib,
    }))
}
