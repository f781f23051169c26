import{d as r,e}from"./chunk-6OB7CDJ4.js";import"./chunk-IYWUY3VA.js";export{r as parsers,e as printers};
