namespace DiffusionHub.Inference.Graphs.Classifiers;

/// <summary>What a classifier's <c>config.json</c> says of its classes, whatever its network is.</summary>
/// <param name="Names">Their names by number.</param>
/// <param name="IsMultiple">Whether several can be true of one picture: then each has a probability of its own.</param>
public sealed record ClassifierLabels(IReadOnlyList<string> Names, bool IsMultiple)
{
    /// <summary>Reads it.</summary>
    /// <exception cref="ModelFileException">It is missing or damaged, or names no classes.</exception>
    public static ClassifierLabels Read(string path)
    {
        var config = new ConfigReader(path);
        const string Single = "single_label_classification";
        const string Multiple = "multi_label_classification";
        return new ClassifierLabels(config.Labels("id2label"), config.Text("problem_type", Single, Single, Multiple) == Multiple);
    }
}
