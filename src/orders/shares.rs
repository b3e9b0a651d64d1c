//! An amount, divided so that the parts add up to it to the last minor unit.

/// Divides `amount` in proportion to `weights`: each part is rounded down at the running sum, so that the last takes
/// what is left. The same weights and amount give the same parts, whoever asks and when. Where all weights are 0, the
/// parts are equal.
#[must_use]
pub fn shares(amount: i64, weights: &[i64]) -> Vec<i64> {
    let whole: i128 = weights.iter().map(|weight| i128::from((*weight).max(0))).sum();
    let count = i128::try_from(weights.len()).unwrap_or(i128::MAX);
    let weight_of = |weight: i64| if whole == 0 { 1 } else { i128::from(weight.max(0)) };
    let whole = if whole == 0 { count } else { whole };
    let (mut run, mut given) = (0_i128, 0_i128);
    let parts = weights.iter().map(|weight| {
        run += weight_of(*weight);
        // Both are 64 bits wide, so the product fits.
        let until = i128::from(amount) * run / whole.max(1);
        let part = until - given;
        given = until;
        i64::try_from(part).unwrap_or(0)
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::shares;

    #[test]
    fn parts_add_up_and_keep_their_proportion() {
        assert_eq!(shares(1749, &[499, 1250]), [499, 1250]);
        // With 19 % on top: 499 + 94.81, 1250 + 237.5; the last takes the rest.
        assert_eq!(shares(2081, &[499, 1250]), [593, 1488]);
        assert_eq!(shares(100, &[1, 1, 1]), [33, 33, 34]);
        assert_eq!(shares(1, &[499, 1250]), [0, 1]);
        assert_eq!(shares(5, &[0, 0]), [2, 3]);
        assert_eq!(shares(5, &[0, 7, 0]), [0, 5, 0]);
        assert!(shares(5, &[]).is_empty());
    }

    #[test]
    fn the_largest_sums_do_not_overflow() {
        assert_eq!(shares(i64::MAX, &[i64::MAX, i64::MAX]).iter().sum::<i64>(), i64::MAX);
    }
}
