using System.Text.Json;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Tokenizers;

namespace DiffusionHub.Cli.Commands.Verify.Kinds;

/// <summary>A text and its tokens.</summary>
/// <param name="Text">The text.</param>
/// <param name="Ids">Their ids, with beginning, end and filling.</param>
internal sealed record TokenizedText(string Text, long[] Ids);

/// <summary><c>tokenizer/i</c>: CLIP's byte-pair tokenizer.</summary>
internal sealed class TokenizerCases : IReferenceCases
{
    private const string Folder = "tokenizer";
    private const string FileName = "cases.json";

    public IEnumerable<CaseFile> In(ReferenceFolder folder) => !folder.HasFile(Folder, FileName) ? [] : [new CaseFile(Folder, () =>
    {
        var tokenizer = new Lazy<ClipTokenizer>(() => ClipTokenizer.ReadPublished(new ModelFolder(folder.Path), Folder));
        return folder.Read(VerifyJson.Default.JsonElementArray, Folder, FileName).Select((golden, i) => Case(golden, i, tokenizer));
    })];

    private static ReferenceCase Case(JsonElement golden, int index, Lazy<ClipTokenizer> tokenizer) => new($"{Folder}/{index}", (comparison, _, _) =>
    {
        var text = ReferenceFolder.Read(VerifyJson.Default.TokenizedText, golden);
        comparison.Exact("ids", tokenizer.Value.Encode(text.Text), text.Ids);
    });
}
