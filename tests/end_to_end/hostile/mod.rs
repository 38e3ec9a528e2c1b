//! Input made to do harm, and a system that does not go along: told, bounded, and nothing left
//! behind that is not whole.
//!
//! | what | test |
//! |---|---|
//! | a gzip bomb, and zstd, zip, tar: refused by its ratio | `content::a_bomb_is_refused_by_its_ratio` |
//! | … by the disk | `system::a_bomb_fills_no_disk` |
//! | … never takes memory | `content::a_bomb_takes_no_memory` |
//! | 100,000 nested brackets | `content::brackets_100_000_deep` |
//! | duplicate keys | `content::duplicate_keys` |
//! | a line of 200 MB | `content::a_line_of_200_mb`, `content::a_line_of_3_mb` |
//! | a symlink loop | `files::links_that_lead_nowhere_or_in_circles` |
//! | `../` in an archive member | `files::members_whose_names_lead_out_of_the_archive` |
//! | a file that grows, is cut or vanishes while it is read | `files::a_file_that_…_is_told` |
//! | no space left | `system::a_full_disk_is_an_error`, `system::no_space_…` |
//! | a read-only output folder | `system::an_output_folder_that_cannot_be_written_is_an_error` |
//!
//! More of archives is in `archives.rs`, of records in `bad_input.rs`, of runs that are cut off in
//! `restart.rs` and `interrupt.rs`.

mod content;
mod files;
mod system;
