namespace DiffusionHub.Pipelines.Folders;

/// <summary>Refuses numbers of a card that nothing can be done with.</summary>
internal static class CardNumbers
{
    /// <exception cref="ModelFolderException">One is infinite (JSON's 1e999 is read as that, and cannot be written again), too small, or contradicts another.</exception>
    public static void Require(ModelCard card, string file)
    {
        Check("weight", card.Weight, double.IsFinite, FolderTexts.FiniteNumber);
        Check("testMilliseconds", card.TestMilliseconds, double.IsFinite, FolderTexts.FiniteNumber);
        Check("defaults.guidance", card.Defaults.Guidance, value => double.IsFinite(value) && value >= 0, FolderTexts.NotNegative);
        Check("bytes", card.Bytes, value => value >= 0, FolderTexts.NotNegative);
        Check("memoryBytes", card.MemoryBytes, value => value >= 0, FolderTexts.NotNegative);
        Check("defaults.steps", card.Defaults.Steps, AtLeastOne, FolderTexts.Positive);
        Check("limits.steps", card.Limits.Steps, AtLeastOne, FolderTexts.Positive);
        Check("limits.minSide", card.Limits.MinSide, AtLeastOne, FolderTexts.Positive);
        Check("limits.maxSide", card.Limits.MaxSide, AtLeastOne, FolderTexts.Positive);
        Check("limits.maxSide", card.Limits.MaxSide, value => !(value < card.Limits.MinSide), ModelFolderException.Format(FolderTexts.NotBelow, "limits.minSide", card.Limits.MinSide ?? 0));
        Check("defaults.steps", card.Defaults.Steps, value => !(value > card.Limits.Steps), ModelFolderException.Format(FolderTexts.NotAbove, "limits.steps", card.Limits.Steps ?? 0));

        void Check(string member, double? value, Func<double, bool> holds, string expected)
        {
            if (value is { } number && !holds(number))
            {
                throw ModelFolderException.BadMember(file, member, expected, number);
            }
        }
    }

    private static bool AtLeastOne(double value) => value >= 1;
}
