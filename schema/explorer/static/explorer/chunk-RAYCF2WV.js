import{a,b,c,d,e}from"./chunk-6OB7CDJ4.js";import"./chunk-IYWUY3VA.js";export{a as default,b as languages,c as options,d as parsers,e as printers};
