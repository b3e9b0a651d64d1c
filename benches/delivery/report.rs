//! What is printed: ratios, with the middle round and the two ends.

/// One load, as two servers answered it round for round.
#[derive(Debug, Default)]
pub struct Rounds {
    ours: Vec<f64>,
    theirs: Vec<f64>,
}

impl Rounds {
    pub fn add(&mut self, ours: f64, theirs: f64) {
        self.ours.push(ours);
        self.theirs.push(theirs);
    }

    /// Ours by theirs, in the middle round, with the least and the greatest.
    pub fn ratio(&self) -> String {
        let mut ratios: Vec<f64> =
            self.ours.iter().zip(&self.theirs).map(|(ours, theirs)| ours / theirs).collect();
        ratios.sort_by(f64::total_cmp);
        match ratios[..] {
            [] => "no round".to_owned(),
            [least, .., most] => format!("{:.2} ({least:.2} to {most:.2})", median(&ratios)),
            [only] => format!("{only:.2}"),
        }
    }

    pub fn ours(&self) -> f64 {
        median(&self.ours)
    }

    pub fn theirs(&self) -> f64 {
        median(&self.theirs)
    }
}

pub fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
