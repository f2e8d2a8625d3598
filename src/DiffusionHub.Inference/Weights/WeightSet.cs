namespace DiffusionHub.Inference.Weights;

/// <summary>The weights of one module, by the names of its parameters, from one file or from several parts.</summary>
public class WeightSet : IDisposable
{
    private readonly Dictionary<string, (SafetensorsFile File, WeightTensor Tensor)> tensors = new(StringComparer.Ordinal);

    /// <summary>All tensors of <paramref name="files"/>, which the set closes when it is disposed.</summary>
    /// <exception cref="ModelFileException">Two files hold a tensor of the same name, have the same name, or lie in different folders, behind all links.</exception>
    /// <exception cref="ArgumentException">There is no file.</exception>
    public WeightSet(params IReadOnlyList<SafetensorsFile> files)
    {
        if (files.Count == 0)
        {
            throw new ArgumentException("Weights need a file.", nameof(files));
        }

        // A graph finds all of its weights by their names in one folder.
        if (files.FirstOrDefault(f => f.Folder != files[0].Folder) is { } elsewhere)
        {
            throw ModelFileException.Of(WeightsTexts.PartsApart, files[0].Path, files[0].Folder, elsewhere.Path, elsewhere.Folder);
        }

        if (files.GroupBy(f => f.Name, StringComparer.Ordinal).FirstOrDefault(same => same.Skip(1).Any()) is { } same)
        {
            throw ModelFileException.Of(WeightsTexts.SamePart, same.First().Path, same.Last().Path, same.Key);
        }

        Files = files;
        Path = files[0].Path;
        foreach (var file in files)
        {
            foreach (var tensor in file.Header.Tensors.Values)
            {
                if (!tensors.TryAdd(tensor.Name, (file, tensor)))
                {
                    throw ModelFileException.Of(WeightsTexts.Twice, file.Path, tensor.Name);
                }
            }
        }
    }

    private protected WeightSet(string path)
    {
        Files = [];
        Path = path;
    }

    /// <summary>Places in a file, under names of their own; whoever opened the file closes it.</summary>
    private protected WeightSet(SafetensorsFile file, IEnumerable<WeightTensor> places)
        : this(file.Path)
    {
        foreach (var place in places)
        {
            if (!tensors.TryAdd(place.Name, (file, place)))
            {
                throw ModelFileException.Of(WeightsTexts.Twice, file.Path, place.Name);
            }
        }
    }

    /// <summary>The files that the set closes.</summary>
    public IReadOnlyList<SafetensorsFile> Files { get; }

    /// <summary>What messages call it.</summary>
    public string Path { get; }

    /// <summary>Opens a <c>.safetensors</c> file, or all parts that a <c>….safetensors.index.json</c> lists.</summary>
    /// <param name="path">The file or the index.</param>
    /// <param name="others">Files beside it whose tensors belong to the same graph.</param>
    /// <exception cref="ModelFileException">A file cannot be used.</exception>
    public static WeightSet Open(string path, params IReadOnlyList<string> others)
    {
        List<SafetensorsFile> files = WeightIndex.IsIndex(path) ? [.. WeightIndex.Open(path)] : [SafetensorsFile.Open(path)];
        try
        {
            files.AddRange(others.Select(SafetensorsFile.Open));
            return new WeightSet(files);
        }
        catch (ModelFileException)
        {
            foreach (var file in files)
            {
                file.Dispose();
            }

            throw;
        }
    }

    /// <summary>Whether there is a parameter of that name.</summary>
    public bool Has(string name) => tensors.ContainsKey(name);

    /// <summary>Reads all numbers once, as an import does: a gigabyte takes 0.1 to 0.2 s from the system's cache.</summary>
    /// <exception cref="ModelFileException">Some are infinite or NaN.</exception>
    public void CheckFinite(CancellationToken cancel = default)
    {
        foreach (var (file, tensor) in tensors.Values.OrderBy(t => t.Tensor.Offset))
        {
            FiniteCheck.Check(file, tensor, NameInFile(tensor.Name), cancel);
        }
    }

    /// <summary>Unmaps the files.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>What messages call the parameter <paramref name="name"/>.</summary>
    internal virtual string NameInFile(string name) => name;

    /// <summary>The shape of the parameter <paramref name="name"/>; null where there is none.</summary>
    internal IReadOnlyList<long>? ShapeOf(string name) => tensors.GetValueOrDefault(name).Tensor?.Shape;

    /// <summary>The parameter <paramref name="name"/>, which must have that shape.</summary>
    /// <exception cref="ModelFileException">It is missing, has another shape, or no floating-point numbers.</exception>
    internal virtual (SafetensorsFile? File, WeightTensor Tensor) Get(string name, ReadOnlySpan<long> shape)
    {
        if (!tensors.TryGetValue(name, out var found))
        {
            throw ModelFileException.Of(WeightsTexts.Missing, Path, NameInFile(name), Text(shape));
        }

        if (!found.Tensor.Shape.SequenceEqual(shape.ToArray()))
        {
            throw ModelFileException.Of(WeightsTexts.WrongShape, found.File.Path, NameInFile(name), Text(shape), Text([.. found.Tensor.Shape]));
        }

        return found.Tensor.IsFloat ? found : throw ModelFileException.Of(WeightsTexts.NoFloats, found.File.Path, NameInFile(name));
    }

    /// <summary>Unmaps the files.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var file in Files)
            {
                file.Dispose();
            }
        }
    }

    private static string Text(ReadOnlySpan<long> shape) => $"[{string.Join(", ", shape.ToArray())}]";
}
