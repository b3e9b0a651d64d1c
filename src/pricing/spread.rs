//! Spreading one sum over several lines, so that the parts add up to it exactly.

/// Spreads `sum` over lines in proportion to their `weights`, in whole `step`s, by the largest remainder: what rounding
/// leaves goes to the lines that it took most from, the earlier one where two are equal.
///
/// All in minor units. No part is more than its weight or below zero, and the parts add up to `sum`, as long as `sum`
/// is between zero and the sum of the weights and all are multiples of `step`; what does not fit into that is cut off.
#[must_use]
pub fn spread(sum: i64, weights: &[i64], step: i64) -> Vec<i64> {
    let step = i128::from(step.max(1));
    let weights: Vec<i128> = weights.iter().map(|weight| i128::from((*weight).max(0))).collect();
    let whole: i128 = weights.iter().sum();
    let sum = i128::from(sum).clamp(0, whole);
    if sum == whole {
        return weights.into_iter().map(narrow).collect();
    }
    let units: Vec<i128> = weights.iter().map(|weight| weight / step).collect();
    let all: i128 = units.iter().sum();
    if all == 0 {
        return vec![0; units.len()];
    }
    let to_spread = (sum / step).min(all);
    let mut parts: Vec<i128> = units.iter().map(|unit| to_spread * unit / all).collect();
    let mut rest: Vec<(usize, i128)> = units.iter().map(|unit| to_spread * unit % all).enumerate().collect();
    rest.sort_by_key(|(place, remainder)| (-remainder, *place));
    let left = to_spread - parts.iter().sum::<i128>();
    let left = usize::try_from(left).unwrap_or(0);
    for (place, _) in rest.into_iter().take(left) {
        if let Some(part) = parts.get_mut(place) {
            *part += 1;
        }
    }
    parts.into_iter().map(|part| narrow(part * step)).collect()
}

/// Never out of range here: a part is at most its weight.
fn narrow(part: i128) -> i64 {
    i64::try_from(part).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn what_rounding_leaves_goes_where_it_took_most() {
        assert_eq!(spread(100, &[100, 100, 100], 1), [34, 33, 33]);
        assert_eq!(spread(100, &[499, 1250, 250], 1), [25, 63, 12]);
        assert_eq!(spread(1, &[1, 999], 1), [0, 1]);
        assert_eq!(spread(0, &[5, 5], 1), [0, 0]);
        assert_eq!(spread(10, &[5, 5], 1), [5, 5]);
        assert_eq!(spread(5, &[0, 5], 1), [0, 5]);
        assert_eq!(spread(3, &[0, 0], 1), [0, 0]);
        assert_eq!(spread(7, &[], 1), Vec::<i64>::new());
        assert_eq!(spread(i64::MAX - 1, &[i64::MAX, 5], 1), [i64::MAX - 5 - 1 + 5 - 5, 5]);
    }

    #[test]
    fn in_steps_of_ten_every_part_ends_in_a_zero() {
        assert_eq!(spread(1000, &[1000, 1000, 1000], 10), [340, 330, 330]);
    }

    /// A small generator with a seed, so that a failure can be seen again.
    struct Seeded(u64);

    impl Seeded {
        fn below(&mut self, bound: i64) -> i64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            i64::try_from((self.0 >> 33) % u64::try_from(bound.max(1)).unwrap()).unwrap()
        }
    }

    #[test]
    fn the_parts_always_add_up_and_none_is_more_than_its_line() {
        let mut any = Seeded(2026);
        for round in 0..20_000 {
            let step = if any.below(3) == 0 { 10 } else { 1 };
            let most = [2, 100, 10_000, 99_999_999][usize::try_from(any.below(4)).unwrap()];
            let count = 1 + any.below(20);
            let weights: Vec<i64> = (0..count).map(|_| any.below(most + 1) * step).collect();
            let whole: i64 = weights.iter().sum();
            let sum = any.below(whole / step + 1) * step;
            let parts = spread(sum, &weights, step);
            assert_eq!(parts.iter().sum::<i64>(), sum, "round {round}: {weights:?}");
            for (part, weight) in parts.iter().zip(&weights) {
                assert!(*part >= 0 && part <= weight && part % step == 0, "round {round}: {weights:?}");
                // Fair to less than a step.
                let exact = i128::from(sum) * i128::from(*weight);
                let off = (i128::from(*part) * i128::from(whole) - exact).abs();
                assert!(off < i128::from(step) * i128::from(whole.max(1)), "round {round}: {weights:?}");
            }
        }
    }
}
