//! Categories, series and contributors.

use bookplate::catalog::{Category, ContributorRole};

use crate::support::TestShop;

#[rocket::async_test]
async fn categories_are_made_renamed_ordered_merged_and_deleted() {
    let shop = TestShop::new().await;
    let ada = shop.admin("ada");
    ada.get("/admin/categories").await.assert_shows("No category yet");
    for (name, slug) in [("Novels", "novels"), ("Guides", "guides"), ("Fiction", "fiction")] {
        let made = ada.post("/admin/categories", &[("name", name)]).await;
        made.assert_redirects_to(&format!("/admin/categories/{slug}"));
    }
    ada.post("/admin/categories", &[("name", "novels")]).await.assert_redirects_to("/admin/categories");
    ada.get("/admin/categories").await.assert_shows("There is one of this name already: “Novels”.");
    // The shop's own order follows.
    let order = |page: &str| {
        let mut places: Vec<(usize, &str)> = ["Novels", "Guides", "Fiction"]
            .iter()
            .filter_map(|name| page.find(*name).map(|at| (at, *name)))
            .collect();
        places.sort_unstable();
        places.into_iter().map(|(_, name)| name).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(order(&shop.browser().get("/").await.text()), "Novels Guides Fiction");
    ada.post("/admin/categories/fiction/move", &[("up", "true")]).await.assert_status(303);
    assert_eq!(order(&shop.browser().get("/").await.text()), "Novels Fiction Guides");
    ada.post("/admin/categories/novels/move", &[("up", "true")]).await.assert_status(303);
    assert_eq!(order(&shop.browser().get("/").await.text()), "Novels Fiction Guides");

    let novels = shop.run(|conn| Category::find_by_slug(conn, "novels")).unwrap().id;
    let fiction = shop.run(|conn| Category::find_by_slug(conn, "fiction")).unwrap().id;
    shop.book("Emma").but(|new| new.categories = vec![novels]).publish();
    shop.book("Both").but(|new| new.categories = vec![novels, fiction]).publish();
    let renamed =
        ada.post("/admin/categories/novels", &[("name", "Stories"), ("text", "Told <well>.")]).await;
    renamed.assert_redirects_to("/admin/categories/stories");
    shop.browser().get("/books?category=stories").await.assert_shows("Told <well>.").assert_shows("Emma");
    let old = shop.browser().get("/books?category=novels&sort=title").await;
    old.assert_status(301);
    assert_eq!(old.header("Location"), Some("/books?category=stories&sort=title"));

    let asked = ada.get("/admin/categories/stories/remove?into=Fiction").await;
    asked.assert_status(200).assert_shows("Its 2 titles go to “Fiction”.").assert_shows("Emma");
    let early = [("into", "fiction"), ("titles", "1")];
    ada.post("/admin/categories/stories/remove", &early)
        .await
        .assert_redirects_to("/admin/categories/stories");
    ada.get("/admin/categories/stories").await.assert_shows("The titles have changed meanwhile.");
    let now = [("into", "fiction"), ("titles", "2")];
    ada.post("/admin/categories/stories/remove", &now).await.assert_redirects_to("/admin/categories/fiction");
    // Both former addresses lead to what is left.
    for former in ["novels", "stories"] {
        let old = shop.browser().get(&format!("/books?category={former}")).await;
        assert_eq!(old.header("Location"), Some("/books?category=fiction"), "{former}");
    }
    shop.browser().get("/books?category=fiction").await.assert_shows("Emma").assert_shows("Both");
    ada.get("/admin/categories/fiction/remove")
        .await
        .assert_shows("Its 2 titles go off this shelf, and stay for sale.");
    ada.post("/admin/categories/fiction/remove", &[("titles", "2")])
        .await
        .assert_redirects_to("/admin/categories");
    shop.browser().get("/books?category=fiction").await.assert_status(404);
    shop.browser().get("/books").await.assert_shows("Emma").assert_shows("Both");
    let log = ada.get("/admin/log").await;
    log.assert_shows("Name: “Novels” → “Stories”").assert_shows("2 titles went to “Fiction”");
    log.assert_shows("Deleted; 2 titles had it");
}

#[rocket::async_test]
async fn two_spellings_of_a_person_become_one_whose_life_is_told() {
    let shop = TestShop::new().await;
    let ada = shop.admin("ada");
    let by = |names: &'static [&'static str]| {
        move |new: &mut bookplate::catalog::NewBook| {
            new.contributors =
                names.iter().map(|name| ((*name).to_owned(), ContributorRole::Author)).collect();
        }
    };
    let emma = shop.book("Emma").but(by(&["J. Austen"])).publish();
    let both = shop.book("Letters").but(by(&["Jane Austen", "J. Austen"])).publish();
    ada.get("/admin/contributors?q=austen").await.assert_shows("J. Austen").assert_shows("Jane Austen");
    let asked = ada.get("/admin/contributors/j-austen/remove?into=Jane+Austen").await;
    asked.assert_shows("Its 2 titles go to “Jane Austen”.");
    let merged = [("into", "jane-austen"), ("titles", "2")];
    ada.post("/admin/contributors/j-austen/remove", &merged)
        .await
        .assert_redirects_to("/admin/contributors/jane-austen");
    shop.browser().get(&emma.page()).await.assert_shows("Jane Austen").assert_shows_not("J. Austen");
    shop.browser().get(&both.page()).await.assert_shows("Jane Austen").assert_shows_not("J. Austen");
    shop.browser().get("/books?q=jane").await.assert_shows("Emma");
    let life = [("name", "Jane Austen"), ("text", "Wrote *six* novels.<script>x</script>")];
    ada.post("/admin/contributors/jane-austen", &life).await.assert_status(303);
    let page = shop.browser().get("/books?contributor=jane-austen").await;
    page.assert_shows("Wrote <em>six</em> novels.");
    assert!(!page.text().contains("<script>x"), "markup is shown, never run");
    ada.get("/admin/contributors/jane-austen/remove?into=nobody").await.assert_status(303);
    ada.get("/admin/contributors/jane-austen").await.assert_shows("There is none of this name.");
    ada.post("/admin/contributors/jane-austen/remove", &[("titles", "2")]).await.assert_status(303);
    shop.browser().get(&emma.page()).await.assert_status(200).assert_shows_not("Jane Austen");
}

#[rocket::async_test]
async fn a_series_is_renamed_and_found_by_its_new_name() {
    let shop = TestShop::new().await;
    let ada = shop.admin("ada");
    shop.book("The Tide").but(|new| new.series = Some(("The Sea".to_owned(), Some(1)))).publish();
    ada.post("/admin/series/the-sea", &[("name", "Oceans")])
        .await
        .assert_redirects_to("/admin/series/oceans");
    shop.browser().get("/books?q=oceans").await.assert_shows("The Tide");
    let old = shop.browser().get("/books?series=the-sea").await;
    assert_eq!(old.header("Location"), Some("/books?series=oceans"));
    ada.post("/admin/series/oceans", &[("name", " ")])
        .await
        .assert_status(422)
        .assert_shows("Please type a name.");
    ada.get("/admin/series/oceans/remove").await.assert_shows("Its one title belongs to no series then");
    ada.post("/admin/series/oceans/remove", &[("titles", "1")]).await.assert_status(303);
    shop.browser().get("/books?q=oceans").await.assert_shows_not("The Tide");
    ada.get("/admin/series").await.assert_shows("No series yet");
}
