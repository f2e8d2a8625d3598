using DiffusionHub.Web;

return await WebProgram.RunAsync(args);
