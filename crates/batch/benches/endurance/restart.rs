//! Runs that are killed again and again, and what becomes of their folders.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};

use crate::child::{self, Ran};
use crate::inputs;
use crate::random::Random;
use crate::{Options, remove};

/// Files of the archive; every seventh of them is large.
const FILES: u64 = 24;

/// So often a run is killed at most before it may end.
const KILLS: usize = 3;

/// A kill that is not caught.
const SIGKILL: i32 = 9;

/// What the rounds with some number of threads came to.
#[derive(Debug, Default)]
struct Figures {
    rounds: u64,
    kills: u64,
    hits: u64,
    kept: u64,
    differences: Vec<PathBuf>,
}

/// Prints the table; whether all of it holds.
pub(crate) fn table(options: &Options, folder: &Path) -> Result<bool> {
    let archive = folder.join("archive");
    let mut random = Random::new(options.seed);
    generate(&archive, options.killed, &mut random)?;
    let whole = folder.join("whole");
    let uninterrupted = child::measure(&child::convert(
        &options.binary,
        &archive,
        &whole,
        &["--jobs", "2"],
    ))?;
    ensure!(
        uninterrupted.code == Some(1) && uninterrupted.count("inputs") == Some(FILES),
        "the uninterrupted run: {uninterrupted:?}"
    );
    println!("\nKilled by SIGKILL, up to {KILLS} times a round, and run again until it ends\n");
    println!("| threads | rounds | kills that hit | inputs kept | files that differ |");
    println!("|---:|---:|---:|---:|---:|");
    let mut held = true;
    for jobs in ["1", "3"] {
        let mut figures = Figures::default();
        for _ in 0..options.rounds.div_ceil(2) {
            let out = folder.join("out");
            round(
                &|| child::convert(&options.binary, &archive, &out, &["--jobs", jobs]),
                (&whole, &uninterrupted),
                &out,
                (&mut random, &mut figures),
            )?;
            remove(&out)?;
        }
        println!(
            "| {jobs} | {} | {} of {} | {} of {} | {} |",
            figures.rounds,
            figures.hits,
            figures.kills,
            figures.kept,
            figures.rounds.saturating_mul(FILES),
            figures.differences.len()
        );
        for path in &figures.differences {
            println!("differs: {}", path.display());
        }
        // Otherwise it shows nothing.
        let hit_something = figures.hits > 0 && figures.kept > 0;
        held &= figures.differences.is_empty() && hit_something;
    }
    remove(folder)?;
    Ok(held)
}

/// Writes an archive of small and large files in several formats, with records to reject in some.
fn generate(folder: &Path, large: u64, random: &mut Random) -> Result<()> {
    fs::create_dir_all(folder)?;
    for number in 0..FILES {
        let size = if number % 7 == 4 { large } else { large / 50 };
        let seed = random.next();
        match number % 3 {
            0 => {
                let path = folder.join(format!("{number:02}.ndjson"));
                inputs::ndjson(seed, size, inputs::create(&path)?)?;
                let mut file = fs::File::options().append(true).open(path)?;
                io::Write::write_all(&mut file, b"{\"cut\":\n42\n")?;
            }
            1 => {
                let path = folder.join(format!("{number:02}.ndjson.gz"));
                inputs::gzip(seed, size, inputs::create(&path)?)?;
            }
            _ => {
                let path = folder.join(format!("{number:02}.json"));
                inputs::array(seed, size, inputs::create(&path)?)?;
            }
        }
    }
    Ok(())
}

/// Kills the run up to [`KILLS`] times, each time further on, then lets it end.
fn round(
    convert: &dyn Fn() -> Command,
    (whole, uninterrupted): (&Path, &Ran),
    out: &Path,
    (random, figures): (&mut Random, &mut Figures),
) -> Result<()> {
    let end = bytes(whole);
    let kills = random.below(KILLS).saturating_add(1);
    let mut places: Vec<usize> = (0..kills).map(|_| random.below(end)).collect();
    places.sort_unstable();
    for place in places {
        figures.kills = figures.kills.saturating_add(1);
        if kill(&mut convert(), out, place)? {
            figures.hits = figures.hits.saturating_add(1);
        }
    }
    let ran = child::measure(&convert())?;
    ensure!(ran.code == uninterrupted.code, "the last run: {ran:?}");
    figures.rounds = figures.rounds.saturating_add(1);
    figures.kept = figures
        .kept
        .saturating_add(ran.count("kept").context("no summary")?);
    figures.differences.extend(differences(whole, out)?);
    Ok(())
}

/// Starts `command` and kills it once there are so many bytes in `out`; whether it still ran.
fn kill(command: &mut Command, out: &Path, place: usize) -> Result<bool> {
    let mut child = command.stdout(Stdio::null()).spawn()?;
    while bytes(out) < place && child.try_wait()?.is_none() {
        std::thread::yield_now();
    }
    child.kill()?;
    Ok(child.wait()?.signal() == Some(SIGKILL))
}

/// The bytes of all files in a folder; what vanishes meanwhile has none.
fn bytes(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let sizes = entries.map(|entry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => bytes(&entry.path()),
        Ok(metadata) => usize::try_from(metadata.len()).unwrap_or(usize::MAX),
        Err(_) => 0,
    });
    sizes.fold(0, usize::saturating_add)
}

/// The files that are in one folder only, or that are not the same in both.
fn differences(one: &Path, other: &Path) -> Result<Vec<PathBuf>> {
    let mut paths = BTreeSet::new();
    for root in [one, other] {
        files(root, Path::new(""), &mut paths)?;
    }
    let mut differing = Vec::new();
    for path in paths {
        let read = |root: &Path| match fs::read(root.join(&path)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            read => read.map(Some),
        };
        if read(one)? != read(other)? {
            differing.push(path);
        }
    }
    Ok(differing)
}

/// Collects the paths of all files, hidden ones too.
fn files(root: &Path, folder: &Path, into: &mut BTreeSet<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            files(root, &path, into)?;
        } else {
            into.insert(path);
        }
    }
    Ok(())
}
