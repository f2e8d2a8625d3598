using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Exported.Onnx;

/// <summary>Reads TensorProtos and holds what they say against the files that they point to.</summary>
/// <param name="folder">The model's folder, which other files must be in.</param>
internal sealed class OnnxTensorReader(string folder)
{
    private const int MostSides = 32;
    private readonly Dictionary<string, long> lengths = new(StringComparer.Ordinal);

    public OnnxTensor Read(ProtoReader tensor, OnnxPlace message)
    {
        var (name, type, external) = ("", default(OnnxType), false);
        List<long> shape = [];
        Dictionary<string, string> entries = [];
        OnnxData? data = null;
        while (tensor.Next())
        {
            switch (tensor.Field)
            {
                case 1:
                    tensor.Numbers(shape, MostSides);
                    break;
                case 2:
                    type = (OnnxType)tensor.Number;
                    break;
                case 8:
                    name = tensor.Text;
                    break;
                case 9:
                    data = new OnnxData(null, tensor.Place, tensor.Bytes.Length);
                    break;
                case 13:
                    Entry(tensor.Message, entries);
                    break;
                case 14:
                    external = tensor.Number == 1;
                    break;
            }
        }

        data = external ? External(name, entries) : data;
        return new OnnxTensor(name, type, [.. shape], message, data is null ? null : Checked(name, type, shape, data));
    }

    private static void Entry(ProtoReader entry, Dictionary<string, string> entries)
    {
        var (key, value) = ("", "");
        while (entry.Next())
        {
            (key, value) = entry.Field switch
            {
                1 => (entry.Text, value),
                2 => (key, entry.Text),
                _ => (key, value),
            };
        }

        // location, offset, length, checksum, basepath: whoever has more has something else.
        entries[key] = entries.Count < 8 ? value : throw new InvalidDataException(string.Format(null, ExportedTexts.Entry, key, value));
    }

    private OnnxData External(string name, Dictionary<string, string> entries)
    {
        var location = entries.GetValueOrDefault("location", "");
        if (location.Length == 0 || location.Contains('\0') || Path.IsPathRooted(location) || location.Split('/', '\\').Contains(".."))
        {
            throw new InvalidDataException(string.Format(null, ExportedTexts.Outside, name, location));
        }

        var file = Path.Combine(folder, location);
        if (!lengths.TryGetValue(location, out var whole))
        {
            lengths[location] = whole = File.Exists(file) ? new FileInfo(File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file).Length : -1;
        }

        if (whole < 0)
        {
            throw new InvalidDataException(string.Format(null, ExportedTexts.MissingFile, file, name));
        }

        var offset = Number(entries, "offset", 0);
        var length = Number(entries, "length", Math.Max(0, whole - offset));
        return offset <= whole && length <= whole - offset
            ? new OnnxData(location, offset, length)
            : throw new InvalidDataException(string.Format(null, ExportedTexts.Beyond, name, offset, length, file, whole));
    }

    private static long Number(Dictionary<string, string> entries, string key, long otherwise) =>
        !entries.TryGetValue(key, out var text) ? otherwise
        : long.TryParse(text, out var number) && number >= 0 ? number
        : throw new InvalidDataException(string.Format(null, ExportedTexts.Entry, key, text));

    private static OnnxData Checked(string name, OnnxType type, List<long> shape, OnnxData data)
    {
        var size = type.Size();
        if (shape.Exists(side => side < 0))
        {
            throw new InvalidDataException(string.Format(null, ExportedTexts.Entry, "dims", string.Join(", ", shape)));
        }

        var expected = shape.Contains(0) ? 0 : shape.Aggregate((Int128)size, (product, side) => product > long.MaxValue ? product : product * side);
        return size == 0 || expected == data.Length ? data : throw Wrong(name, expected, data.Length);
    }

    private static InvalidDataException Wrong(string name, object expected, object found) => new(string.Format(null, ExportedTexts.WrongLength, name, expected, found));
}
