//! What `verify` finds in a large archive that is tampered with again and again:
//! `cargo bench -p events2logs-batch --bench proof`.
//!
//! An archive is generated and converted. Then, so many times, something in it is changed at
//! random, verified, and put back. Each change must be found, and by the right file; for those
//! that the manifest was made to vouch for, by the line. A table tells how often that was so, and
//! how long a verification takes. One that is missed is an error.
//!
//! `-- --size 200M --times 100 --seed 7` changes what is done.

#![allow(clippy::print_stdout, reason = "the table is what it is for")]

mod random;
mod tamper;

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result, bail, ensure};
use events2logs_batch::verify::{Against, Deep, Verified};
use events2logs_batch::{Action, OutputFolder, Progress, Resources, Search, find, to_folder};
use events2logs_mapping::{ConvertOptions, Tables};
use flate2::Compression;
use flate2::write::GzEncoder;

use random::Random;
use tamper::{KINDS, Kind, Tampered};

/// Files of the archive.
const FILES: u64 = 8;

/// Where all is.
pub(crate) struct Folders {
    pub(crate) archive: PathBuf,
    pub(crate) out: PathBuf,
}

fn main() -> Result<()> {
    // `cargo test --all-targets` starts it too, and wants no table.
    if !std::env::args().any(|it| it == "--bench") {
        return Ok(());
    }
    let arguments = std::env::args().skip(1).filter(|it| it != "--bench");
    let arguments: Vec<String> = arguments.collect();
    let (mut size, mut times, mut seed) = (200_000_000_u64, 100_u64, 1);
    for pair in arguments.chunks(2) {
        match pair {
            [flag, value] if flag == "--size" => {
                let megabytes: u64 = value.trim_end_matches('M').parse()?;
                size = megabytes.checked_mul(1_000_000).context("too large")?;
            }
            [flag, value] if flag == "--times" => times = value.parse()?,
            [flag, value] if flag == "--seed" => seed = value.parse()?,
            other => bail!("{other:?}: expected --size 200M, --times 100 or --seed 1"),
        }
    }
    let tables = Tables::shipped()?;
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("proof");
    let folders = Folders {
        archive: folder.join("archive"),
        out: folder.join("out"),
    };
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    generate(&folders.archive, size, &mut Random::new(seed))?;
    convert(&folders, &tables)?;
    let deep = Some(Deep { tables: &tables });
    for (what, deep) in [("verify", None), ("verify --deep", deep)] {
        let start = Instant::now();
        let verified = verify(&folders, deep)?;
        ensure!(
            verified.findings.is_empty(),
            "before anything was changed: {:?}",
            verified.findings.first()
        );
        let seconds = start.elapsed().as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^52")]
        let megabytes = size as f64 / 1e6;
        println!(
            "{what:<14} {} events in {seconds:.2} s: {:.0} MB of input a second",
            verified.events,
            megabytes / seconds
        );
    }
    println!("\n{:<44} {:>6} {:>6}", "change", "times", "found");
    let mut random = Random::new(seed.wrapping_add(1));
    let mut missed = Vec::new();
    let each = times.div_ceil(KINDS.len() as u64);
    for kind in KINDS {
        let mut found = 0_u64;
        for _ in 0..each {
            let (tampered, verified) = once(*kind, &folders, deep, &mut random)?;
            if is_found(&tampered, &verified) {
                found = found.saturating_add(1);
            } else {
                missed.push(format!("{tampered:?}: {:?}", verified.findings));
            }
        }
        println!("{:<44} {each:>6} {found:>6}", kind.name());
    }
    fs::remove_dir_all(&folder)?;
    ensure!(missed.is_empty(), "missed:\n{}", missed.join("\n"));
    Ok(())
}

/// Writes an archive with records to reject in it; every other file is compressed.
fn generate(folder: &Path, size: u64, random: &mut Random) -> Result<()> {
    fs::create_dir_all(folder)?;
    for number in 0..FILES {
        let mut events = Vec::new();
        let wanted = size.checked_div(FILES).unwrap_or_default();
        events2logs_generate::ndjson(random.next(), wanted, &mut events)?;
        events.extend_from_slice(b"{\"cut\":\n42\n");
        if number % 2 == 0 {
            let path = folder.join(format!("{number}.ndjson"));
            BufWriter::new(File::create(path)?).write_all(&events)?;
        } else {
            let path = folder.join(format!("{number}.ndjson.gz"));
            let mut gzip = GzEncoder::new(File::create(path)?, Compression::new(1));
            gzip.write_all(&events)?;
            gzip.finish()?;
        }
    }
    Ok(())
}

fn search(folders: &Folders) -> events2logs_batch::Inputs {
    find(
        std::slice::from_ref(&folders.archive),
        Search {
            output: Some(&folders.out),
            ..Search::default()
        },
    )
}

fn resources() -> Resources {
    Resources {
        jobs: std::thread::available_parallelism().map_or(1, usize::from),
        memory: 512 << 20,
    }
}

fn convert(folders: &Folders, tables: &Tables) -> Result<()> {
    let inputs = search(folders);
    let out = OutputFolder::open(&folders.out, &inputs, false)?;
    let action = Action::Convert {
        tables,
        options: ConvertOptions::default(),
    };
    let report = to_folder(
        action.into(),
        inputs,
        out,
        resources(),
        &Progress::default(),
    )?;
    let rejected = report.tally.rejected;
    ensure!(
        rejected >= FILES * 2 && report.problems.is_empty(),
        "{rejected} rejected; {:?}",
        report.problems
    );
    Ok(())
}

fn verify(folders: &Folders, deep: Option<Deep<'_>>) -> Result<Verified> {
    let inputs = search(folders);
    Ok(Against::read(&folders.out).verify(Some(&inputs), deep, resources())?)
}

/// Changes something, verifies, and puts it back.
fn once(
    kind: Kind,
    folders: &Folders,
    deep: Option<Deep<'_>>,
    random: &mut Random,
) -> Result<(Tampered, Verified)> {
    let (tampered, before) = tamper::tamper(kind, folders, random)?;
    let verified = verify(folders, deep.filter(|_| kind.is_vouched_for()));
    before.put_back()?;
    Ok((tampered, verified?))
}

fn is_found(tampered: &Tampered, verified: &Verified) -> bool {
    tampered.files.iter().all(|file| {
        let name = file.display().to_string();
        verified.findings.iter().any(|finding| {
            finding.file == name && tampered.line.is_none_or(|line| finding.line == Some(line))
        })
    })
}
