//! zip and tar archives as inputs.

use std::io::Write as _;

use crate::bad_input::gzip;
use crate::command::{Folder, event, run_with_stdin, tree};

/// A member of a zip archive as it is written here, good or hostile.
struct Zipped {
    name: Vec<u8>,
    method: u16,
    flags: u16,
    content: Vec<u8>,
    size: u32,
    sum: u32,
    /// Unix mode.
    mode: u32,
    /// The member whose place it claims instead of its own.
    at: Option<usize>,
}

fn zipped(name: &str, content: &str) -> Zipped {
    let mut sum = flate2::Crc::new();
    sum.update(content.as_bytes());
    let mut deflated =
        flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    deflated.write_all(content.as_bytes()).unwrap();
    Zipped {
        name: name.as_bytes().to_vec(),
        method: 8,
        flags: 0,
        content: deflated.finish().unwrap(),
        size: u32::try_from(content.len()).unwrap(),
        sum: sum.sum(),
        mode: 0o100_644,
        at: None,
    }
}

/// A zip archive of texts.
pub(super) fn zip_of(members: &[(&str, &str)]) -> Vec<u8> {
    let members: Vec<Zipped> = members.iter().map(|it| zipped(it.0, it.1)).collect();
    zip(&members)
}

/// A zip archive of one text, whose zstd frame is given.
pub(super) fn zip_of_zstd(name: &str, content: &str, frame: Vec<u8>) -> Vec<u8> {
    zip(&[Zipped {
        method: 93,
        content: frame,
        ..zipped(name, content)
    }])
}

fn zip(members: &[Zipped]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut directory = Vec::new();
    let mut starts = Vec::new();
    let two = |number: usize| u16::try_from(number).unwrap().to_le_bytes();
    let four = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
    for member in members {
        let mut common = Vec::new();
        common.extend([20, 0]);
        common.extend(member.flags.to_le_bytes());
        common.extend(member.method.to_le_bytes());
        common.extend([0; 4]);
        common.extend(member.sum.to_le_bytes());
        common.extend(four(member.content.len()));
        common.extend(member.size.to_le_bytes());
        common.extend(two(member.name.len()));
        common.extend([0; 2]);
        starts.push(file.len());
        let start = member.at.map_or(file.len(), |at| starts[at]);
        file.extend(b"PK\x03\x04");
        file.extend(&common);
        file.extend(&member.name);
        file.extend(&member.content);
        directory.extend(b"PK\x01\x02");
        directory.extend([20, 3]);
        directory.extend(&common);
        directory.extend([0; 6]);
        directory.extend((member.mode << 16).to_le_bytes());
        directory.extend(four(start));
        directory.extend(&member.name);
    }
    let at = file.len();
    file.extend(&directory);
    file.extend(b"PK\x05\x06\0\0\0\0");
    file.extend(two(members.len()));
    file.extend(two(members.len()));
    file.extend(four(directory.len()));
    file.extend(four(at));
    file.extend([0; 2]);
    file
}

/// A tar archive of members as they are told: name, kind, content.
pub(super) fn tar<C: AsRef<[u8]>>(members: &[(&str, tar::EntryType, C)]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, kind, content) in members {
        let content = content.as_ref();
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(*kind);
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        if name.len() > 100 {
            tar.append_data(&mut header, name, content).unwrap();
            continue;
        }
        // The library refuses names that lead elsewhere.
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        if kind.is_symlink() || kind.is_hard_link() {
            header.set_link_name("/etc/passwd").unwrap();
        }
        header.set_cksum();
        tar.append(&header, content).unwrap();
    }
    tar.into_inner().unwrap()
}

use tar::EntryType::{Char, Directory, Link, Regular, Symlink};

/// What was said, the inputs with their events and problems, and the files.
fn told(folder: &Folder, code: i32, stderr: &str) -> String {
    let manifest = folder.manifest("out");
    let inputs: Vec<String> = manifest["inputs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|input| {
            let name = folder.redact(input["input"].as_str().unwrap());
            let output = input["output"]["path"].as_str().unwrap_or("no output");
            format!("{name}: {} events, {output}", input["events"])
        })
        .collect();
    let (stderr, inputs) = (stderr.trim_end(), inputs.join("\n"));
    let files = folder.files("out").join("\n");
    format!("exit {code}\n{stderr}\n\n{inputs}\n\n{files}")
}

fn converted(name: &str, archive: &[u8]) -> (Folder, String) {
    let folder = Folder::new();
    folder.write(&format!("in/{name}"), archive);
    let ran = folder.run(&["convert", "@in", "-o", "@out", "-q"]);
    let told = told(&folder, ran.code, &ran.stderr);
    (folder, told)
}

#[test]
fn members_are_converted_as_files_of_a_folder_are() {
    let folder = Folder::new();
    let long = format!("{}/c.json", "long".repeat(40));
    let (a, b, c) = (event("a"), event("b").repeat(3000), event("c"));
    let b_gz = gzip(b.as_bytes());
    folder.write("plain/x/2018/a.json", &a);
    folder.write("plain/x/b.json.gz", &b_gz);
    folder.write(&format!("plain/x/{long}"), &c);
    let ran = folder.run(&["convert", "@plain", "-o", "@expected", "-q"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let expected = tree(&folder.path("expected/x"));
    let mut b_zipped = zipped("b.json.gz", "");
    b_zipped.method = 0;
    let mut sum = flate2::Crc::new();
    sum.update(&b_gz);
    b_zipped.sum = sum.sum();
    b_zipped.size = u32::try_from(b_gz.len()).unwrap();
    b_zipped.content = b_gz.clone();
    let mut c_zipped = zipped(&long, &c);
    c_zipped.method = 93;
    c_zipped.content = zstd::encode_all(c.as_bytes(), 1).unwrap();
    let zipped = zip(&[
        zipped("2018/", ""),
        c_zipped,
        zipped("2018\\a.json", &a),
        b_zipped,
    ]);
    let tarred = {
        let mut tar = tar::Builder::new(Vec::new());
        for (name, content) in [
            ("2018/a.json", a.as_bytes()),
            ("b.json.gz", &b_gz),
            (&long, c.as_bytes()),
        ] {
            let mut header = tar::Header::new_gnu();
            header.set_size(content.len() as u64);
            header.set_mode(0o644);
            tar.append_data(&mut header, name, content).unwrap();
        }
        tar.into_inner().unwrap()
    };
    let zstd = zstd::encode_all(tarred.as_slice(), 1).unwrap();
    for (name, archive) in [
        ("x.zip", zipped),
        ("x.tar", tarred.clone()),
        ("x.tar.gz", gzip(&tarred)),
        // Told by content, not by name.
        ("x.log", zstd),
    ] {
        folder.write(&format!("in/{name}/{name}"), archive);
        let input = format!("@in/{name}");
        for jobs in ["1", "3"] {
            let out = format!("{name}-{jobs}");
            let ran = folder.run(&[
                "convert",
                &input,
                "-o",
                &format!("@{out}"),
                "-q",
                "-j",
                jobs,
            ]);
            assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
            assert_eq!(tree(&folder.path(&format!("{out}/{name}"))), expected);
            let manifest = folder.manifest(&out);
            let names: Vec<String> = manifest["inputs"]
                .as_array()
                .unwrap()
                .iter()
                .map(|input| folder.redact(input["input"].as_str().unwrap()))
                .collect();
            assert_eq!(names[0], format!("DIR/in/{name}/{name}!/2018/a.json"));
            assert_eq!(names[1], format!("DIR/in/{name}/{name}!/b.json.gz"));
            assert_eq!(manifest["inputs"][1]["bytes"], b_gz.len() as u64);
            assert_eq!(manifest["totals"]["converted"], 3002);
        }
        // And one after the other to stdout.
        let ran = folder.run(&["convert", &input, "-o", "-", "-q"]);
        assert_eq!(ran.stdout.lines().count(), 3002);
    }
}

#[test]
fn hostile_zip_archives() {
    let a = event("a");
    let mut encrypted = zipped("encrypted.json", &a);
    encrypted.flags = 1;
    let mut lzma = zipped("lzma.json", &a);
    lzma.method = 14;
    let mut damaged = zipped("wrong-checksum.json", &a);
    damaged.sum ^= 1;
    let mut longer = zipped("longer.json", &a);
    longer.size -= 1;
    let mut link = zipped("link.json", "/etc/passwd");
    link.mode = 0o120_777;
    let mut overlap = zipped("overlap.json", &a);
    overlap.at = Some(0);
    let inner = zip(&[zipped("a.json", &a)]);
    let mut nested = zipped("nested.zip", "");
    nested.method = 0;
    let mut sum = flate2::Crc::new();
    sum.update(&inner);
    nested.sum = sum.sum();
    nested.size = u32::try_from(inner.len()).unwrap();
    nested.content = inner;
    let (folder, told) = converted(
        "hostile.zip",
        &zip(&[
            zipped("good.json", &a),
            zipped("../../escape.json", &a),
            zipped("/absolute.json", &a),
            zipped("C:\\drive.json", &a),
            zipped("..\\escape.json", &a),
            zipped(".hidden/a.json", &a),
            zipped("readme.txt", "Nothing to see here\n"),
            zipped("empty.json", ""),
            zipped("twice.json", &a),
            zipped("twice.json", &event("b")),
            zipped("Good.json", &event("c")),
            encrypted,
            lzma,
            damaged,
            longer,
            link,
            overlap,
            nested,
        ]),
    );
    insta::assert_snapshot!(told);
    let above: Vec<_> = std::fs::read_dir(folder.path("")).unwrap().collect();
    assert_eq!(above.len(), 2, "in and out");
}

#[test]
fn hostile_tar_archives() {
    let a = event("a");
    let inner = String::from_utf8(tar(&[("a.json", Regular, &a)])).unwrap();
    let archive = tar(&[
        ("folder/", Directory, ""),
        ("folder/good.json", Regular, &a),
        ("../escape.json", Regular, &a),
        ("/absolute.json", Regular, &a),
        ("link.json", Symlink, ""),
        ("hard.json", Link, ""),
        ("device", Char, ""),
        ("folder/good.json", Regular, &event("b")),
        ("nested.tar", Regular, &inner),
        ("after.json", Regular, &event("c")),
    ]);
    let (_, plain) = converted("hostile.tar", &archive);
    insta::assert_snapshot!(plain);
    let (_, compressed) = converted("hostile.tar", &gzip(&archive));
    assert_eq!(plain, compressed);
}

#[test]
fn an_archive_on_stdin_is_refused() {
    let tarred = tar(&[("a.json", Regular, &event("a"))]);
    let told: Vec<String> = [zip(&[zipped("a.json", &event("a"))]), gzip(&tarred), tarred]
        .into_iter()
        .map(|archive| {
            let ran = run_with_stdin(["convert", "-q"], &archive);
            assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
            ran.stderr
        })
        .collect();
    insta::assert_snapshot!(told.concat());
}

#[test]
fn archives_that_are_not_whole() {
    let b = event("b").repeat(300);
    let tarred = tar(&[("a.json", Regular, &event("a")), ("b.json", Regular, &b)]);
    let cut = &tarred[..tarred.len() - 20_000];
    let gzipped = gzip(&tarred);
    let zipped = zip(&[zipped("a.json", &event("a"))]);
    let folder = Folder::new();
    folder.write("in/cut.tar", cut);
    folder.write("in/cut.tar.gz", &gzipped[..gzipped.len() * 3 / 4]);
    folder.write("in/cut.zip", &zipped[..zipped.len() - 30]);
    // The directory is whole, but not all that it tells of is there.
    let mut moved = zipped.clone();
    moved[0] = b'X';
    folder.write("in/moved.zip", [b"PK\x03\x04", &moved[..]].concat());
    folder.write("in/empty.zip", zip(&[]));
    folder.write("in/empty.tar", tar::<&str>(&[]));
    let ran = folder.run(&["convert", "@in", "-o", "@out", "-q"]);
    insta::assert_snapshot!(told(&folder, ran.code, &ran.stderr));
}
