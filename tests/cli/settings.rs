//! `settings`, `migrate` and `proxy-config`.

use super::bookplate;

fn printed(arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let output = bookplate(folder.path(), arguments, environment);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn the_environment_goes_before_the_file_and_secrets_do_not_show() {
    let folder = tempfile::tempdir().unwrap();
    let toml = "[default.bookplate]\nshop_name = \"From the file\"\ndenied = \"forbidden\"\n";
    std::fs::write(folder.path().join("Rocket.toml"), toml).unwrap();
    let environment =
        [("BOOKPLATE_SHOP_NAME", "From the environment"), ("BOOKPLATE_MAIL__SMTP__PASSWORD", "s3cret")];
    let output = bookplate(folder.path(), &["settings"], &environment);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("shop_name = \"From the environment\""), "{text}");
    assert!(text.contains("denied = \"forbidden\""), "{text}");
    assert!(text.contains("password = \"***\"") && !text.contains("s3cret"), "{text}");
}

#[test]
fn migrating_twice_is_harmless() {
    let folder = tempfile::tempdir().unwrap();
    let first = bookplate(folder.path(), &["migrate"], &[]);
    let second = bookplate(folder.path(), &["migrate"], &[]);
    assert!(String::from_utf8_lossy(&first.stdout).contains("migrations applied"));
    assert!(String::from_utf8_lossy(&second.stdout).contains("up to date"));
}

#[test]
fn a_proxy_configuration_names_this_shops_store_and_prefix() {
    let environment =
        [("BOOKPLATE_DELIVERY__INTERNAL_PREFIX", "/plates/"), ("BOOKPLATE_STORAGE__ROOT", "books")];
    let nginx = printed(&["proxy-config", "nginx"], &environment);
    assert!(
        nginx.contains("location ^~ /plates/") && nginx.contains("internal;") && nginx.contains("/books/"),
        "{nginx}"
    );
    let apache = printed(&["proxy-config", "apache"], &environment);
    assert!(apache.contains("XSendFilePath") && apache.contains("Require all denied"), "{apache}");
}
